/** Indexes in a process of its own, by the built package: `node … <corpus> <endpoint> <folder>`. */
import { ollama, openCorpus } from '../../dist/index.js';

const [db, endpoint, folder] = process.argv.slice(2);
const corpus = await openCorpus(db, { embedder: ollama({ endpoint, model: 'bge-m3' }) });
await corpus.index([folder], { batchSize: 2, concurrency: 2 });
await corpus.close();

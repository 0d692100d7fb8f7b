/** Searches in a process of its own, by the built package: prints hits, or code and message. */
import { openCorpus } from '../../dist/index.js';

const [db, query] = process.argv.slice(2);
const answer = async () => {
  const corpus = await openCorpus(db, { readOnly: true });
  try {
    return { paths: (await corpus.search(query)).hits.map(({ path }) => path) };
  } finally {
    await corpus.close();
  }
};
const result = await answer().catch(({ code, message }) => ({ code, message }));
process.stdout.write(JSON.stringify(result));

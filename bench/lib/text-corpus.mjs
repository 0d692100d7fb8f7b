/** A corpus file with texts and their index of words, without vectors. Written as `umekomi index` writes it. */
import { createHash } from 'node:crypto';
import { documentStore } from '../../dist/storage/documents.js';
import { openCorpusFile } from '../../dist/storage/open.js';
import { maintainWords } from '../../dist/storage/words/maintain.js';
import { prepareWords } from '../../dist/storage/words/state.js';

/** Documents to a transaction. */
const BATCH = 250;

const sha256 = (text) => createHash('sha256').update(text).digest();

/** What the store takes for a made document. */
export function toStored({ path, title, headings, texts }) {
  return {
    ...{ sourceId: 1, path, title, frontMatter: null, format: 'markdown', encoding: 'utf-8' },
    ...{ size: 1, mtimeNs: 1n, observedAtNs: 1n, contentHash: sha256(path), chunker: 'bench' },
    chunks: texts.map((text, ordinal) => ({
      ...{ ordinal, text, headings, context: `${title}\n`, inputHash: sha256(`${path} ${text}`) },
      ...{ startLine: 1, endLine: 1, startOffset: 0, endOffset: text.length },
    })),
  };
}

/** Writes the documents into a new file at `path`, which stays. */
export function writeTextCorpus(path, documents) {
  const file = openCorpusFile(path, 'write', Date.now());
  try {
    file.db.exec(`INSERT INTO source (id, path, relative, kind, include, exclude, ignore_files)
      VALUES (1, '/bench', 0, 'folder', '[]', '[]', 0)`);
    prepareWords(file.db);
    const store = documentStore(file.db);
    const write = file.db.transaction((batch) => {
      for (const document of batch) store.replace(toStored(document));
    });
    let batch = [];
    for (const document of documents) {
      if (batch.push(document) < BATCH) continue;
      write(batch);
      batch = [];
    }
    write(batch);
    maintainWords(file.db);
  } finally {
    file.close();
  }
}

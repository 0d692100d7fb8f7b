/** umekomi itself: the library's searchVector, the function below it, and its exact mode. */
import { openCorpus } from '../../../dist/index.js';
import { vectorIndex } from '../../../dist/store/sqlite/nearest/nearest.js';
import { openCorpusFile } from '../../../dist/store/sqlite/open.js';
import { activeSpace } from '../../../dist/store/sqlite/spaces.js';
import { corpusBuild, rowFinder } from '../corpus-rows.mjs';

export const build = corpusBuild;

/** Open for reading, as a program that only searches has it. */
export async function open(data) {
  const { path } = await corpusBuild(data);
  const corpus = openCorpus(path, { readOnly: true });
  const file = openCorpusFile(path, 'read', 0);
  const space = activeSpace(file.db);
  const index = vectorIndex(file.db);
  const { byChunk, byPlace } = rowFinder(file.db);
  const ask = (exact) => (vector, k) =>
    index.nearest({ space, vector, k, documentIds: null, exact });
  const ids = (found) => found.map(({ chunkId }) => byChunk(chunkId));
  const variants = [
    {
      name: 'umekomi searchVector',
      search: (vector, k) => corpus.searchVector(vector, { k }),
      rows: (hits) => hits.map(({ path: name, startLine, text }) => byPlace(name, startLine, text)),
    },
    { name: 'umekomi nearest', search: ask(false), rows: ids },
    { name: 'umekomi nearest, exact', search: ask(true), rows: ids },
  ];
  const close = () => {
    corpus.close();
    file.close();
  };
  return { variants, close };
}

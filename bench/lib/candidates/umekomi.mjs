/** umekomi itself: the library's searchVector, the function below it, and its exact mode. */
import { DEFAULT_REACH } from '../../../dist/defaults.js';
import { openCorpus } from '../../../dist/index.js';
import { vectorIndex } from '../../../dist/storage/nearest/nearest.js';
import { openCorpusFile } from '../../../dist/storage/open.js';
import { activeSpace } from '../../../dist/storage/spaces.js';
import { corpusBuild, rowFinder } from '../corpus-rows.mjs';

/** Points of the curve of recall and time. */
const REACHES = [0, 0.02, 0.04, 0.06, 0.08, DEFAULT_REACH, 0.15];

export const build = corpusBuild;

/** Open for reading, as a program that only searches has it. */
export async function open(data) {
  const { path } = await corpusBuild(data);
  const corpus = openCorpus(path, { readOnly: true });
  const file = openCorpusFile(path, 'read', 0);
  const space = activeSpace(file.db);
  const index = vectorIndex(file.db);
  const { byChunk, byPlace } = rowFinder(file.db);
  const ask = (exact, reach) => (vector, k) =>
    index.nearest({ space, vector, k, documentIds: null, exact, reach });
  const ids = (found) => found.map(({ chunkId }) => byChunk(chunkId));
  const variants = [
    {
      name: 'umekomi searchVector',
      search: (vector, k) => corpus.searchVector(vector, { k }),
      rows: (hits) => hits.map(({ path: name, startLine, text }) => byPlace(name, startLine, text)),
    },
    ...REACHES.map((reach) => ({
      name: `umekomi nearest, reach ${reach}${reach === DEFAULT_REACH ? ' (default)' : ''}`,
      search: ask(false, reach),
      rows: ids,
    })),
    { name: 'umekomi nearest, exact', search: ask(true), rows: ids },
  ];
  const close = () => {
    corpus.close();
    file.close();
  };
  return { variants, close };
}

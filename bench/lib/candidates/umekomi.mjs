/** umekomi itself: the library's searchVector, the port below it, and its exact mode. */

import { corpusBuild, rowFinder } from '../corpus-rows.mjs';
import { openForSearches } from '../searches.mjs';

export const build = corpusBuild;

/** Open for reading, as a program that only searches has it. */
export async function open(data) {
  const { path } = await corpusBuild(data);
  const { db, searchVector, find, close } = await openForSearches(path);
  const { byChunk, byPlace } = rowFinder(db);
  const ids = (found) => found.map(({ id }) => byChunk(id));
  const variants = [
    {
      name: 'umekomi searchVector',
      search: (vector, k) => searchVector(vector, { k }),
      rows: (hits) => hits.map(({ path: name, startLine, text }) => byPlace(name, startLine, text)),
    },
    { name: 'umekomi find', search: (vector, k) => find(vector, { k }), rows: ids },
    {
      name: 'umekomi find, exact',
      search: (vector, k) => find(vector, { k, exact: true }),
      rows: ids,
    },
  ];
  return { variants, close };
}

/** The same corpus gives the same codes and results, and an exact search is what arithmetic says. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { vectorIndex } from '../../../../../src/store/sqlite/nearest/nearest.ts';
import { emptyCorpus, type Filled } from '../filled.ts';
import { addDocuments, ask, DOCUMENTS, type Searcher, vectorSource, workshop } from './corpora.ts';

const DIMENSIONS = 20;
const files = workshop();
const queries = Array.from({ length: 20 }, vectorSource(DIMENSIONS, 5).query);
let corpus: Filled;
let search: Searcher;

function built(name: string): Filled {
  const made = emptyCorpus(DIMENSIONS, files.path(name));
  addDocuments(made, vectorSource(DIMENSIONS, 1), { prefix: 'base', documents: DOCUMENTS });
  made.maintain();
  return made;
}

beforeAll(() => {
  corpus = built('one.db');
});
afterEach(() => files.closeAll());
afterAll(() => {
  corpus.close();
  files.remove();
});

it('a query asked twice gives the same list, in one process and in two', () => {
  search = files.search(files.path('one.db'));
  for (const query of queries) {
    const found = search.nearest(query, { k: 30 });
    expect(search.nearest(query, { k: 30 })).toEqual(found);
    expect(search.nearest(query, { k: 30, fresh: true })).toEqual(found);
  }
});

it('a corpus built twice in the same order has the same codes and gives the same results', () => {
  const again = built('again.db');
  const content = ({ db }: Filled): unknown =>
    db.prepare('SELECT segment, size, hex(codes) FROM vector_codes ORDER BY 1').raw().all();
  expect(content(again)).toEqual(content(corpus));
  for (const query of queries) {
    const found = ask(vectorIndex(again.db), again.space, query);
    expect(found).toEqual(ask(vectorIndex(corpus.db), corpus.space, query));
  }
  again.close();
});

it('an exact search is what plain arithmetic says', () => {
  search = files.search(files.path('one.db'));
  const [query] = queries as [Float32Array];
  const rows = corpus.db
    .prepare<[], { id: number; vector: Buffer }>(
      'SELECT chunk.id, vector FROM chunk JOIN embedding USING (input_hash)',
    )
    .all();
  const distances = rows.map(({ id, vector }) => {
    const product = query.reduce((sum, value, i) => sum + value * vector.readFloatLE(4 * i), 0);
    return { id: id, distance: expect.closeTo(1 - product, 5), exactly: 1 - product };
  });
  const nearest = distances.sort((a, b) => a.exactly - b.exactly).slice(0, 20);
  expect(search.nearest(query, { k: 20, exact: true })).toEqual(
    nearest.map(({ id, distance }) => ({ id, distance })),
  );
});

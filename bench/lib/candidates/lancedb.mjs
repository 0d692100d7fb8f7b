/** LanceDB: no index, IVF_PQ with refinement, IVF_HNSW_SQ; on disk, read through its own cache. */
import { buildOnce } from '../built.mjs';
import { readBlocks } from '../exact.mjs';

const KINDS = {
  flat: null,
  IVF_PQ: ({ Index }, { dims }) => Index.ivfPq({ distanceType: 'dot', numSubVectors: dims / 8 }),
  IVF_HNSW_SQ: ({ Index }) => Index.hnswSq({ distanceType: 'dot', numPartitions: 1 }),
};

/** What is asked of each; more probes or a larger ef find more and take longer. */
const VARIANTS = [
  { kind: 'flat', name: 'flat', ask: (query) => query },
  ...[10, 20, 50].map((probes) => ({
    kind: 'IVF_PQ',
    name: `IVF_PQ, ${probes} probes, refined ×10`,
    ask: (query) => query.nprobes(probes).refineFactor(10),
  })),
  ...[32, 64, 128, 256].map((ef) => ({
    kind: 'IVF_HNSW_SQ',
    name: `IVF_HNSW_SQ, ef ${ef}`,
    ask: (query) => query.ef(ef),
  })),
];

/** One folder with a table a kind. */
export async function build(data) {
  const builds = await Promise.all(Object.keys(KINDS).map((kind) => buildKind(data, kind)));
  return { kinds: Object.fromEntries(Object.keys(KINDS).map((kind, i) => [kind, builds[i]])) };
}

function buildKind(data, kind) {
  return buildOnce(data, `lancedb-${kind.toLowerCase()}`, async (folder) => {
    const lancedb = await import('@lancedb/lancedb');
    const db = await lancedb.connect(folder);
    const table = await fill(db, data);
    const config = KINDS[kind]?.(lancedb, data);
    if (config !== undefined) await table.createIndex('vector', { config });
    table.close();
  });
}

async function fill(db, { vectors: path, dims }) {
  const arrow = await import('apache-arrow');
  let table;
  for (const { first, vectors } of readBlocks(path, dims, 65_536)) {
    const batch = toBatch(arrow, first, vectors, dims);
    if (table === undefined) table = await db.createTable('chunks', batch);
    else await table.add(batch);
  }
  return table;
}

function toBatch(arrow, first, vectors, dims) {
  const length = vectors.length / dims;
  const item = new arrow.Field('item', new arrow.Float32(), true);
  const type = new arrow.FixedSizeList(dims, item);
  const numbers = Int32Array.from({ length }, (_, i) => first + i);
  const child = arrow.makeData({ type: new arrow.Float32(), data: vectors.slice() });
  return new arrow.Table({
    row: arrow.makeVector(numbers),
    vector: new arrow.Vector([arrow.makeData({ type, length, child })]),
  });
}

/** Tables stay open, as they do in a server. */
export async function open(data) {
  const { kinds } = await build(data);
  const lancedb = await import('@lancedb/lancedb');
  const tables = {};
  for (const [kind, { folder }] of Object.entries(kinds)) {
    tables[kind] = await (await lancedb.connect(folder)).openTable('chunks');
  }
  const variants = VARIANTS.map(({ kind, name, ask }) => ({
    name: `LanceDB ${name}`,
    kind,
    search: (query, k) =>
      ask(
        tables[kind].vectorSearch(query).distanceType('dot').select(['row', '_distance']).limit(k),
      ).toArray(),
    rows: (found) => found.map(({ row }) => row),
  }));
  return { variants, close: () => {} };
}

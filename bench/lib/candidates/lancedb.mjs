/** LanceDB: no index, IVF_PQ with refinement, IVF_HNSW_SQ; on disk, read through its own cache. */
import { createRequire } from 'node:module';
import { buildOnce } from '../built.mjs';
import { readBlocks } from '../exact.mjs';

const KINDS = {
  flat: null,
  IVF_PQ: ({ Index }, { dims }) => Index.ivfPq({ distanceType: DISTANCE, numSubVectors: dims / 8 }),
  IVF_HNSW_SQ: ({ Index }) => Index.hnswSq({ distanceType: DISTANCE, numPartitions: 1 }),
};

/** L2 orders unit vectors as the cosine does; with `dot` the HNSW_SQ of this version found 4 %. */
const DISTANCE = 'l2';

/** What is asked of each; more probes or a larger ef find more and take longer. */
const VARIANTS = [
  { kind: 'flat', name: 'flat', ask: (query) => query },
  ...[5, 10, 20, 50].map((probes) => ({
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

/** One folder with a table a kind; one after the other, since each uses every core. */
export async function build(data) {
  const kinds = {};
  for (const kind of Object.keys(KINDS)) kinds[kind] = await buildKind(data, kind);
  return { kinds };
}

function buildKind(data, kind) {
  return buildOnce(data, `lancedb-l2-${kind.toLowerCase()}`, async (folder) => {
    const lancedb = await import('@lancedb/lancedb');
    const db = await lancedb.connect(folder);
    const table = await fill(db, data);
    const config = KINDS[kind]?.(lancedb, data);
    if (config !== undefined) await table.createIndex('vector', { config });
    table.close();
  });
}

async function fill(db, { vectors: path, dims }) {
  // As CommonJS, as LanceDB loads it: of the other one's tables it takes no rows.
  const arrow = createRequire(import.meta.url)('apache-arrow');
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
  const floats = arrow.makeData({ type: new arrow.Float32(), data: vectors.slice() });
  const list = new arrow.FixedSizeList(dims, new arrow.Field('item', new arrow.Float32(), true));
  const children = [
    arrow.makeData({
      type: new arrow.Int32(),
      data: Int32Array.from({ length }, (_, i) => first + i),
    }),
    arrow.makeData({ type: list, length, child: floats }),
  ];
  const schema = new arrow.Schema([
    new arrow.Field('row', children[0].type, true),
    new arrow.Field('vector', list, true),
  ]);
  const data = arrow.makeData({ type: new arrow.Struct(schema.fields), length, children });
  return new arrow.Table(schema, [new arrow.RecordBatch(schema, data)]);
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
        tables[kind]
          .vectorSearch(query)
          .distanceType(DISTANCE)
          .select(['row', '_distance'])
          .limit(k),
      ).toArray(),
    rows: (found) => found.map(({ row }) => row),
  }));
  return { variants, close: () => {} };
}

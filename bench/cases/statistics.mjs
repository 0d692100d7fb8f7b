/** Whether the seeded vectors look like real ones. */
import { readFloats, syntheticData, truthOf } from '../lib/dataset.mjs';
import { documentsOf, realData } from '../lib/real-data.mjs';
import { describe, spread } from '../lib/statistics.mjs';
import { share } from '../lib/tables.mjs';
import { vectorSet } from '../lib/vectors.mjs';

export const explains =
  'What the seeded vectors look like beside real ones (the judged sets through the built-in embedder, if UMEKOMI_JUDGED_SETS is set): cosines of random pairs, of chunks of one document, of queries and their neighbours, and the spectrum. Default: --sizes 10k,100k --dims 768.';

/** A row a data set. */
export async function run({ flags }) {
  const { sizes = [10_000, 100_000], dims: allDims = [768] } = flags;
  const rows = [];
  for (const size of sizes) {
    for (const dims of allDims) {
      const data = syntheticData({ rows: size, dims });
      rows.push(rowOf(data, [...vectorSet(data).documents()]));
    }
  }
  const notes = [];
  if (process.env.UMEKOMI_JUDGED_SETS === undefined) {
    notes.push('UMEKOMI_JUDGED_SETS is not set: no real texts to compare with.');
  } else {
    const data = await realData();
    rows.push(rowOf(data, documentsOf(data.corpus)));
    notes.push(`Real texts: ${data.names}; ${data.rows} chunks of ${data.dims} dimensions.`);
  }
  const columns = [
    ...['vectors', 'random pairs', 'inside a document', 'query and nearest', 'query and 10th'],
    ...['variance on 1 direction', 'on 10', 'effective dimensions'],
  ];
  notes.push(
    'Cosines are mean ± deviation. Effective dimensions: (Σλ)²/Σλ² of the covariance. The built-in embedder counts words and is sparse; models of language models are dense, and share a direction.',
  );
  return { tables: [{ title: 'Seeded and real vectors', columns, rows }], notes };
}

function rowOf(data, documents) {
  const vectors = readFloats(data.vectors);
  const { random, inside, first, firstTen, effective } = describe(vectors, data.dims, documents);
  const truth = truthOf(data);
  const at = (place) => written(spread(truth.map(({ similarities }) => similarities[place])));
  return [
    ...[data.name, written(random), written(inside), at(0), at(9)],
    ...[share(first), share(firstTen), effective.toFixed(0)],
  ];
}

function written({ mean, deviation }) {
  return `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`;
}

/** The same contest as vectors.mjs, on real texts. */
import { contest } from '../lib/contest.mjs';
import { contestTables } from '../lib/contest-tables.mjs';
import { memoryBandwidth } from '../lib/machine.mjs';
import { realData } from '../lib/real-data.mjs';

export const explains =
  'Resident search by vector on real texts: every document of the judged sets (UMEKOMI_JUDGED_SETS) in one corpus through the built-in embedder, asked with the queries of the sets. The same candidates and columns as vectors. Default: --rounds 5 --queries 400.';

export const accepts = {
  candidates: 'only these: umekomi,sql,vec0,scan,usearch,hnswlib,lancedb',
};

/** One data set: what there is. */
export async function run({ flags: { rounds, queries, candidates } }) {
  const data = await realData({ queries });
  const { entries, notes } = await contest(data, { rounds, candidates: candidates?.split(',') });
  const about = `Sets: ${data.names}; ${data.rows} chunks of ${data.dims} dimensions.`;
  return { tables: contestTables(data, entries, memoryBandwidth()), notes: [about, ...notes] };
}

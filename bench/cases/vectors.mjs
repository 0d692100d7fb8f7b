/** Search of a corpus that is open already, by vector, against everything else that could do it. */
import { contest } from '../lib/contest.mjs';
import { contestTables } from '../lib/contest-tables.mjs';
import { syntheticData } from '../lib/dataset.mjs';
import { memoryBandwidth } from '../lib/machine.mjs';

export const explains =
  'Resident search by vector, k=10: umekomi (searchVector, the port below it, exact mode, the documented SQL) against sqlite-vec vec0, a plain JavaScript scan, usearch, hnswlib-node and LanceDB, on seeded vectors that are clustered and anisotropic. p50, p95, recall@10 against exact search, build time, file size, memory; build and file of umekomi are those of a whole corpus, with texts and their words. Default: --sizes 100k --dims 768 --rounds 5 --queries 200.';

export const accepts = {
  candidates: 'only these: umekomi,sql,vec0,scan,usearch,hnswlib,lancedb',
};

/** Every size with every number of dimensions. */
export async function run({ flags }) {
  const { sizes = [100_000], dims: allDims = [768], rounds, queries, candidates } = flags;
  const bandwidth = memoryBandwidth();
  const [tables, notes] = [[], []];
  for (const rows of sizes) {
    for (const dims of allDims) {
      const data = syntheticData({ rows, dims, queries });
      const result = await contest(data, { rounds, candidates: candidates?.split(',') });
      tables.push(...contestTables(data, result.entries, bandwidth));
      notes.push(...result.notes);
    }
  }
  notes.push(
    `Memory bandwidth of one core: ${(bandwidth / 1e9).toFixed(1)} GB/s (searching 512 MB for a byte that is not there).`,
  );
  return { tables, notes };
}

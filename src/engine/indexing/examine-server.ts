/** Whether the embedder of a corpus is there and makes the vectors that are stored. */
import type { Database } from 'better-sqlite3';
import { UmekomiError } from '../../model/errors.ts';
import type { Embedder } from '../../model/types.ts';
import { activeSpace, type Space } from '../../store/sqlite/spaces.ts';
import type { ExamineContext } from './examine.ts';
import { type CheckName, type CheckResult, type Finding, finding } from './findings.ts';
import { requireSameSpace, SAME_MODEL_COSINE, sampleCosines } from './space.ts';

/**
 * Asks the embedder for its identity, then for vectors of some stored texts.
 *
 * @param embedder null leaves it out
 * @param inside what was found in the file: vectors that are damaged cannot be compared
 * @throws the signal's reason
 */
export async function examineServer(
  db: Database,
  embedder: ((space: Space) => Promise<Embedder>) | null,
  inside: readonly CheckResult[],
  context: ExamineContext,
): Promise<readonly CheckResult[]> {
  if (embedder === null)
    return [skipped('server', 'left out'), skipped('vector space', 'left out')];
  const codes = inside.flatMap(({ findings }) => findings.map(({ code }) => code));
  const isReadable = !codes.includes('FILE_DAMAGED') && !codes.includes('SPACE_DAMAGED');
  const space = isReadable ? activeSpace(db) : null;
  if (space === null) {
    const why = isReadable ? 'nothing is embedded yet' : 'the file is damaged';
    return [skipped('server', why), skipped('vector space', why)];
  }
  const server = await attempt('server', context, async () => {
    const { kind, model } = await (await embedder(space)).identity({ signal: context.signal });
    const summary = kind === 'builtin' ? `${model}, which needs no server` : `${model} answers`;
    return { summary, findings: [] };
  });
  const isThere = server.findings.length === 0;
  if (!isThere) return [server, skipped('vector space', 'no vectors to compare with')];
  if (codes.includes('VECTORS_DAMAGED')) {
    return [server, skipped('vector space', 'vectors are damaged')];
  }
  const compared = await attempt('vector space', context, async () =>
    compare({ db, space }, await embedder(space), context),
  );
  return [server, compared];
}

function skipped(check: CheckName, why: string): CheckResult {
  return { check, done: false, summary: why, findings: [] };
}

type Outcome = Pick<CheckResult, 'summary' | 'findings'>;

/** Runs a check; what the embedder or the space refuses is a finding. */
async function attempt(
  check: CheckName,
  { signal, onCheck }: ExamineContext,
  look: () => Promise<Outcome>,
): Promise<CheckResult> {
  signal?.throwIfAborted();
  onCheck?.(check);
  try {
    return { check, done: true, ...(await look()) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof UmekomiError)) throw error;
    return { check, done: true, summary: 'failed', findings: [refused(error)] };
  }
}

function refused({ code, message }: UmekomiError): Finding {
  const remedy = `docs/troubleshooting.md says more about ${code}`;
  return { code, message, remedy, repairable: false };
}

async function compare(
  { db, space }: { db: Database; space: Space },
  embedder: Embedder,
  { signal }: ExamineContext,
): Promise<Outcome> {
  await requireSameSpace(db, space, embedder, signal);
  const { cosines } = await sampleCosines(db, space, embedder, signal);
  const other = cosines.filter((cosine) => cosine < SAME_MODEL_COSINE);
  const summary = `${cosines.length} stored texts embedded again and compared`;
  if (other.length === 0) return { summary, findings: [] };
  const lowest = Math.min(...other).toFixed(3);
  const message = `of ${cosines.length} stored texts ${other.length} get another vector now (cosine down to ${lowest})`;
  return { summary, findings: [finding('VECTORS_CHANGED', message)] };
}

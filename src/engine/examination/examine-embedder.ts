/** Whether the embedder of a corpus is there and makes the vectors that are stored. */
import { UmekomiError } from '../../model/errors.ts';
import type { Embedder } from '../../model/types.ts';
import type { VectorSpace } from '../../store/reading-types.ts';
import type { Store } from '../../store/store.ts';
import { requireSameSpace, SAME_MODEL_COSINE, sampleCosines } from '../same-space.ts';
import type { CheckName, CheckResult, ExamineContext, Finding } from './findings.ts';

/** An examination of an embedder. */
export interface EmbedderContext extends ExamineContext {
  /** What was found in the store: vectors that are damaged cannot be compared. */
  readonly inside: readonly CheckResult[];
}

/**
 * Asks the embedder for its identity, then for vectors of some stored texts.
 *
 * @param embedder null leaves it out
 * @throws the signal's reason
 */
export async function examineEmbedder(
  store: Store,
  embedder: ((space: VectorSpace) => Promise<Embedder>) | null,
  context: EmbedderContext,
): Promise<readonly CheckResult[]> {
  if (embedder === null) {
    return [skipped('server', 'left out'), skipped('vector space', 'left out')];
  }
  const codes = context.inside.flatMap(({ findings }) => findings.map(({ code }) => code));
  const isReadable = !codes.includes('FILE_DAMAGED') && !codes.includes('SPACE_DAMAGED');
  const space = isReadable ? (await store.info()).space : null;
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
  if (!isThere)
    return [server, skipped('vector space', 'not compared: nothing embeds texts for it now')];
  if (codes.includes('VECTORS_DAMAGED')) {
    return [server, skipped('vector space', 'vectors are damaged')];
  }
  const compared = await attempt('vector space', context, async () =>
    compare(store, space, await embedder(space), context.signal),
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
    const { code, message, remedy } = error;
    const findings = [{ code, message, remedy, repairable: false }];
    return { check, done: true, summary: 'failed', findings };
  }
}

async function compare(
  store: Store,
  space: VectorSpace,
  embedder: Embedder,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  await requireSameSpace(store, space, embedder, signal);
  const { cosines } = await sampleCosines(store, space, embedder, signal);
  const other = cosines.filter((cosine) => cosine < SAME_MODEL_COSINE);
  const summary = `${cosines.length} stored texts embedded again and compared`;
  return { summary, findings: other.length === 0 ? [] : [changed(other, cosines.length)] };
}

function changed(other: readonly number[], compared: number): Finding {
  const lowest = Math.min(...other).toFixed(3);
  const message = `of ${compared} stored texts ${other.length} get another vector now (cosine down to ${lowest})`;
  return { code: 'VECTORS_CHANGED', message, remedy: { code: 'restore-model' }, repairable: false };
}

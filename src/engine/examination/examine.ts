/** Whether a corpus is what it should be: what its store finds, and whether the embedder still makes its vectors. */
import type { Embedder } from '../../model/types.ts';
import type { VectorSpace } from '../../store/reading-types.ts';
import type { Store } from '../../store/store.ts';
import { examineEmbedder } from './examine-embedder.ts';
import { type CheckResult, type ExamineContext, type Finding, toFinding } from './findings.ts';

/**
 * Examines a corpus. Reads everything and changes nothing; what is wrong is in the result.
 *
 * @param embedder makes the embedder of a space; null leaves out what needs one
 * @throws the signal's reason
 */
export async function examineCorpus(
  store: Store,
  embedder: ((space: VectorSpace) => Promise<Embedder>) | null,
  context: ExamineContext,
): Promise<readonly CheckResult[]> {
  const checks = await store.examine(context);
  const inside = checks.map(({ check, summary, findings }) => ({
    ...{ check, done: true, summary },
    findings: findings.map(toFinding),
  }));
  return [...inside, ...(await examineEmbedder(store, embedder, { inside, ...context }))];
}

/**
 * Mends what {@link examineCorpus} finds in the store and says it can. Embeds nothing and reads no file. The
 * caller holds the store's lock.
 *
 * @returns what was found
 */
export async function repairCorpus(store: Store): Promise<readonly Finding[]> {
  return (await store.repair()).map(toFinding);
}

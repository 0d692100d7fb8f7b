/** What tells two sets apart: runs over the same questions with the same answers have the same digest. */
import { createHash } from 'node:crypto';
import type { AskedSentence } from './choose-sentences.ts';
import type { JudgedSet } from './judged-set.ts';

/** SHA-256 in hex over queries, answers and gains, whatever their order. */
export function digestOfSet({ queries }: Pick<JudgedSet, 'queries'>): string {
  return digest(
    queries.map(({ id, text, judgements }) => [id, text, [...judgements].sort(byFirst)]),
  );
}

/** The same over sentences that are asked back. */
export function digestOfSentences(sentences: readonly AskedSentence[]): string {
  return digest(sentences.map(({ id, text, sentence }) => [id, text, sentence]));
}

function digest(rows: readonly (readonly [id: string, ...rest: unknown[]])[]): string {
  const text = JSON.stringify([...rows].sort(byFirst));
  return createHash('sha256').update(text).digest('hex');
}

function byFirst(
  [a]: readonly [string, ...unknown[]],
  [b]: readonly [string, ...unknown[]],
): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

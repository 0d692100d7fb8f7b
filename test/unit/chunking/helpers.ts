/** What the chunking tests share: options, and documents made of sentences that never repeat. */
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';
import type { Chunk, DocumentFormat } from '../../../src/model/types.ts';

const SIZE = 400;

export function chunksOf(
  text: string,
  format: DocumentFormat = 'markdown',
  chunkSize: number = SIZE,
): Chunk[] {
  return [...chunkDocument(text, format, { chunkSize, chunkOverlap: 0 }).chunks];
}

export function inputsOf(text: string, format: DocumentFormat): string[] {
  return chunksOf(text, format).map((chunk) => chunk.context + chunk.text);
}

const EN =
  'alpha beta gamma delta system index vector search model network storage document query result engine value memory table column server client request answer budget'.split(
    ' ',
  );
const JA =
  '埋め込み 検索 文書 索引 設定 手順 結果 利用者 画面 処理 方法 変更 保存 試験 環境 説明 確認 実行 記録 接続'.split(
    ' ',
  );

/** A small deterministic generator (Numerical Recipes' LCG): the same text on every run. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export function englishSentence(random: () => number): string {
  const words = Array.from({ length: 6 + Math.floor(random() * 14) }, () => pick(EN, random));
  const line = words.join(' ');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}.`;
}

export function japaneseSentence(random: () => number): string {
  const length = 3 + Math.floor(random() * 7);
  const parts = Array.from({ length }, () => pick(JA, random) + pick([...'をにはでが'], random));
  return `${parts.join('')}する。`;
}

export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Which sentences of a corpus are asked back: chosen by chance that is the same every time. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { formatOf } from '../../files/formats.ts';
import type { DocumentInfo, DocumentText } from '../../model/search.ts';
import { type ProseSentence, proseSentences } from './prose-sentences.ts';
import { partOfSentence } from './sentence-part.ts';

/** A sentence that is asked back. */
export interface AskedSentence {
  /** `<folder of the source>/<path>:<line>:<column>`. */
  readonly id: string;
  /** What is asked: a part of the sentence. */
  readonly text: string;
  /** The sentence as it stands in the document. */
  readonly sentence: string;
  /** Absolute path of the source. */
  readonly source: string;
  /** Path inside the source, with '/'. */
  readonly path: string;
  /** The lines that it stands on, from 1; both included. */
  readonly startLine: number;
  readonly endLine: number;
}

/** How they are chosen. */
export interface ChooseOptions {
  /** Sentences wanted; there may be fewer. */
  readonly count: number;
  /** Any whole number; another one chooses others. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Reads a document as the corpus has it; null if it is not there any more. */
export type ReadText = (
  document: Pick<DocumentInfo, 'file'>,
) => Promise<Pick<DocumentText, 'text' | 'startLine'> | null>;

/**
 * Goes through the documents in an order made of the seed and takes one sentence of each, then a second
 * one, until there are enough: a long document has no more say than a short one. Both orders are made of
 * names and texts and not of numbers, so a new document changes few of the sentences. A text is asked once.
 */
export async function chooseSentences(
  documents: readonly DocumentInfo[],
  read: ReadText,
  { count, seed, signal }: ChooseOptions,
): Promise<readonly AskedSentence[]> {
  const ofDocuments: (readonly AskedSentence[])[] = [];
  for (const document of inOrder(documents, nameOf, seed)) {
    if (ofDocuments.length >= count) break;
    signal?.throwIfAborted();
    // An empty file is a document without passages.
    const found = document.passages === 0 ? null : await read(document);
    if (found === null) continue;
    const all = proseSentences(found.text, formatOf(document.path) ?? 'text');
    const sentences = inOrder(all, (one) => one.text, seed).slice(0, count);
    if (sentences.length > 0) {
      ofDocuments.push(sentences.map((one) => toAsked(document, one, found.startLine - 1)));
    }
  }
  return withOwnIds(inTurns(ofDocuments, count));
}

function toAsked(document: DocumentInfo, found: ProseSentence, linesBefore: number): AskedSentence {
  const { source, path } = document;
  const startLine = found.startLine + linesBefore;
  return {
    id: `${nameOf(document)}:${startLine}:${found.column}`,
    text: partOfSentence(found.text),
    sentence: found.source,
    ...{ source, path, startLine, endLine: found.endLine + linesBefore },
  };
}

/** The first of each, the second of each …, without those whose text was there before. */
function inTurns(
  lists: readonly (readonly AskedSentence[])[],
  count: number,
): readonly AskedSentence[] {
  const chosen = new Map<string, AskedSentence>();
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  for (let turn = 0; turn < longest && chosen.size < count; turn++) {
    for (const list of lists) {
      const next = list[turn];
      if (next === undefined || chosen.has(next.text)) continue;
      if (chosen.size < count) chosen.set(next.text, next);
    }
  }
  return [...chosen.values()];
}

/** Folders of one name may have files of one name: their sentences are numbered. */
function withOwnIds(sentences: readonly AskedSentence[]): readonly AskedSentence[] {
  const seen = new Map<string, number>();
  return sentences.map((sentence) => {
    const times = (seen.get(sentence.id) ?? 0) + 1;
    seen.set(sentence.id, times);
    return times === 1 ? sentence : { ...sentence, id: `${sentence.id}#${times}` };
  });
}

/** The same on every machine, wherever the folder is. */
function nameOf({ source, path }: Pick<DocumentInfo, 'source' | 'path'>): string {
  return `${basename(source)}/${path}`;
}

function inOrder<T>(items: readonly T[], keyOf: (item: T) => string, seed: number): readonly T[] {
  return items
    .map((item) => ({ item, order: hashOf(`${seed}\0${keyOf(item)}`) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ item }) => item);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text formats of judged sets: queries and documents as JSON lines, judgements as columns. Pure. */
import { UsageError } from '../../model/errors.ts';

/** A query as a set has it. */
export interface QueryLine {
  readonly id: string;
  readonly text: string;
  /** Documents that answer it, named in the line itself; null where the line names none. */
  readonly answers: readonly string[] | null;
}

/** A document as a set has it. */
export interface DocumentLine {
  readonly id: string;
  /** '' where there is none. */
  readonly title: string;
  /** null where `path` names a file instead. */
  readonly text: string | null;
  /** A file beside the set, relative to its folder; null where the line holds the text. */
  readonly path: string | null;
}

/** Where a line stands, for messages. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * One line of `queries.jsonl`: `text`, `id` or `_id` (default: the line's number), and, instead of
 * a file of judgements, `answers`.
 *
 * @throws UsageError `USAGE` with the place
 */
export function parseQuery(line: string, place: Place): QueryLine {
  const row = parseObject(line, place);
  const { text, answers } = row;
  if (typeof text !== 'string' || text.trim() === '') {
    throw wrong(place, 'a query needs a "text" that is not empty');
  }
  if (answers !== undefined && !isTexts(answers)) {
    throw wrong(place, '"answers" is a list of paths');
  }
  return { id: idOf(row, place) ?? String(place.line), text, answers: answers ?? null };
}

/**
 * One line of `corpus.jsonl` or `documents.jsonl`: `id` or `_id`, `title`, and `text` or `path`.
 *
 * @throws UsageError `USAGE` with the place
 */
export function parseDocument(line: string, place: Place): DocumentLine {
  const row = parseObject(line, place);
  const { title, text, path } = row;
  const id = idOf(row, place);
  if (id === null) throw wrong(place, 'a document needs an "id" or "_id"');
  if (typeof text !== 'string' && typeof path !== 'string') {
    throw wrong(place, 'a document needs a "text", or the "path" of a file');
  }
  return {
    id,
    title: typeof title === 'string' ? title : '',
    text: typeof text === 'string' ? text : null,
    path: typeof text === 'string' || typeof path !== 'string' ? null : path,
  };
}

/** One judgement: how much a document answers a query; 0 and less is not at all. */
export interface JudgementLine {
  readonly query: string;
  readonly document: string;
  readonly gain: number;
}

/**
 * Judgements: query, document, gain, with a header or without (BEIR), or query, iteration,
 * document, gain (TREC). Columns are separated by tabs, in a line without tabs by spaces.
 *
 * @throws UsageError `USAGE` with the place
 */
export function parseJudgements(text: string, file: string): readonly JudgementLine[] {
  const found: JudgementLine[] = [];
  let isFirst = true;
  for (const [index, line] of splitLines(text).entries()) {
    if (line.trim() === '') continue;
    const columns = line.includes('\t') ? line.split('\t') : line.trim().split(/\s+/);
    const [query, document] = columns.length === 4 ? [columns[0], columns[2]] : columns;
    const last = columns.at(-1)?.trim() ?? '';
    const isHeader = isFirst && !/^[+-]?\d+(\.\d+)?$/.test(last);
    isFirst = false;
    if (isHeader) continue;
    const isComplete = (columns.length === 3 || columns.length === 4) && query && document;
    if (!isComplete || !/^[+-]?\d+(\.\d+)?$/.test(last)) {
      const wanted = 'a judgement is a query id, a document id and a number, separated by tabs';
      throw wrong({ file, line: index + 1 }, wanted);
    }
    found.push({ query, document, gain: Number(last) });
  }
  return found;
}

/** The lines of a text, without their line ends and a byte order mark. */
export function splitLines(text: string): readonly string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

/** The error for a line that cannot be used. */
export function wrong({ file, line }: Place, what: string): UsageError {
  return new UsageError('USAGE', `${file}:${line}: ${what}.`);
}

function parseObject(line: string, place: Place): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong(place, 'this is not JSON; a line holds one JSON object');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(place, 'a line holds one JSON object');
  }
  return value as Record<string, unknown>;
}

function idOf(row: Record<string, unknown>, place: Place): string | null {
  const id = row['_id'] ?? row['id'];
  if (id === undefined) return null;
  if (typeof id === 'number' || (typeof id === 'string' && id !== '')) return String(id);
  throw wrong(place, 'an id is a text or a number');
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '');
}

/**
 * Judged sets on disk: questions, which documents answer them, and perhaps the documents. One of
 * the few places outside the corpus that reads files, because a set is data to measure with.
 */
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import { judgedFileName, toMarkdown } from './judged-documents.ts';
import {
  parseDocument,
  parseJudgements,
  parseQuery,
  type QueryLine,
  splitLines,
  wrong,
} from './judged-lines.ts';
import type { Judgements } from './measures.ts';

/** A query with its judgements. */
export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  /** Document → gain; at least one gain is above 0. */
  readonly judgements: Judgements;
}

/** Questions with their answers. */
export interface JudgedSet {
  /** Absolute path of the folder, or of the file with queries. */
  readonly path: string;
  /** Absolute path of the file with the documents; null if ids are paths of an existing corpus. */
  readonly documents: string | null;
  /** Queries with at least one document that answers them. */
  readonly queries: readonly JudgedQuery[];
  /** Queries left out because nothing is known to answer them. */
  readonly unjudgedQueries: number;
  /** Queries that the judgements speak of and the set does not have. */
  readonly unknownQueries: number;
}

/** Options of {@link readJudgedSet}. */
export interface JudgedSetOptions {
  /** The part of the set: `<set>/<split>/qrels.tsv` or `<set>/qrels/<split>.tsv`. */
  readonly split?: string | undefined;
}

/**
 * Reads a judged set: a folder with `queries.jsonl`, with `qrels.tsv` or `qrels/test.tsv` unless the
 * queries name their answers, and perhaps with `corpus.jsonl` or `documents.jsonl` (BEIR's layout);
 * or one file of queries with answers.
 *
 * @throws UsageError `SOURCE_NOT_FOUND` if a part of it is not there, `USAGE` if it cannot be read
 */
export async function readJudgedSet(
  path: string,
  { split }: JudgedSetOptions = {},
): Promise<JudgedSet> {
  const full = resolve(path);
  const found = await stat(full).catch(() => null);
  if (found === null) throw missing(`There is nothing at ${full}.`);
  if (found.isFile()) {
    if (split !== undefined) throw new UsageError('USAGE', 'Only a folder has splits.');
    return { path: full, documents: null, ...judge(await readQueries(full), null) };
  }
  const inSplit = split === undefined ? [] : [join(full, split, 'queries.jsonl')];
  const queriesFile = await firstFile([...inSplit, join(full, 'queries.jsonl')]);
  const judgementsFile = await firstFile(
    split === undefined
      ? [join(full, 'qrels.tsv'), join(full, 'qrels', 'test.tsv')]
      : [join(full, split, 'qrels.tsv'), join(full, 'qrels', `${split}.tsv`)],
  );
  if (queriesFile === null) throw await nothingJudged(full, 'queries.jsonl');
  const queries = await readQueries(queriesFile);
  const hasAnswers = queries.some(({ answers }) => answers !== null);
  if (judgementsFile === null && (split !== undefined || !hasAnswers)) {
    throw await nothingJudged(full, 'qrels.tsv');
  }
  const documents = await firstFile([join(full, 'corpus.jsonl'), join(full, 'documents.jsonl')]);
  return { path: full, documents, ...judge(queries, await readGains(judgementsFile)) };
}

/**
 * Writes the documents of a set as Markdown files, so that they are indexed as any folder is: title
 * as front matter, then the text as it is. A document with a `path` is copied. The name of a file is
 * {@link judgedFileName} of its id.
 *
 * @param file `JudgedSet.documents`
 * @param folder is made; files of the same names are replaced
 * @returns how many there are
 * @throws UsageError `USAGE` if a line cannot be used, comes twice, or names a file outside the set
 */
export async function writeJudgedDocuments(file: string, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const seen = new Set<string>();
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (line.trim() === '') continue;
    const place = { file, line: number };
    const document = parseDocument(line, place);
    if (seen.has(document.id)) throw wrong(place, `the id ${document.id} was there before`);
    seen.add(document.id);
    const target = join(folder, judgedFileName(document.id));
    if (document.path === null) await writeFile(target, toMarkdown(document));
    else await copyFile(await insideSet(document.path, place), target);
  }
  return seen.size;
}

/** A set may come from anywhere: it must not name other files of this machine to be embedded. */
async function insideSet(path: string, place: { file: string; line: number }): Promise<string> {
  const folder = await realpath(dirname(place.file));
  const full = await realpath(resolve(folder, path)).catch(() => null);
  if (full === null) throw wrong(place, 'the file of this document is not there');
  const inside = relative(folder, full);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw wrong(place, 'the file of this document is outside the folder of the set');
  }
  return full;
}

/**
 * The lines of a file that may be larger than memory. Not node:readline: it also ends lines at
 * U+2028, which JSON may hold inside a text.
 */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/^\uFEFF/, '');
  }
  yield rest.replace(/^\uFEFF/, '');
}

async function readQueries(file: string): Promise<readonly QueryLine[]> {
  const queries: QueryLine[] = [];
  const seen = new Set<string>();
  for (const [index, line] of splitLines(await readFile(file, 'utf8')).entries()) {
    if (line.trim() === '') continue;
    const place = { file, line: index + 1 };
    const query = parseQuery(line, place);
    if (seen.has(query.id)) throw wrong(place, `the id ${query.id} was there before`);
    seen.add(query.id);
    queries.push(query);
  }
  return queries;
}

type Gains = Map<string, Map<string, number>>;

async function readGains(file: string | null): Promise<Gains | null> {
  if (file === null) return null;
  const gains: Gains = new Map();
  for (const { query, document, gain } of parseJudgements(await readFile(file, 'utf8'), file)) {
    const ofQuery = gains.get(query) ?? new Map<string, number>();
    gains.set(query, ofQuery.set(document, gain));
  }
  return gains;
}

/** Brings queries and judgements together; without judgements the queries' own answers count. */
function judge(
  lines: readonly QueryLine[],
  gains: Gains | null,
): Pick<JudgedSet, 'queries' | 'unjudgedQueries' | 'unknownQueries'> {
  const all = lines.map(({ id, text, answers }) => {
    const own = new Map((answers ?? []).map((answer) => [answer, 1]));
    return { id, text, judgements: gains === null ? own : (gains.get(id) ?? new Map()) };
  });
  const queries = all.filter(({ judgements }) => [...judgements.values()].some((gain) => gain > 0));
  const known = new Set(lines.map(({ id }) => id));
  return {
    queries,
    unjudgedQueries: all.length - queries.length,
    unknownQueries: [...(gains?.keys() ?? [])].filter((id) => !known.has(id)).length,
  };
}

async function firstFile(candidates: readonly string[]): Promise<string | null> {
  for (const path of candidates) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) return path;
  }
  return null;
}

function missing(message: string): UsageError {
  return new UsageError('SOURCE_NOT_FOUND', message);
}

/** Says what would have been read, or which splits there are. */
async function nothingJudged(folder: string, wanted: string): Promise<UsageError> {
  const splits = await splitsOf(folder);
  const advice =
    splits.length > 0
      ? `Name a part of it (split): ${splits.join(', ')}`
      : 'A judged set is a folder with queries.jsonl and qrels.tsv, or a file of queries with answers; docs/evaluation.md shows both';
  return missing(`${folder} has no ${wanted} to evaluate with. ${advice}.`);
}

async function splitsOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = names
    .map((name) => name.split(sep).join('/'))
    .flatMap((name) => {
      const split =
        /^qrels\/([^/]+)\.tsv$/.exec(name) ?? /^([^/]+(?:\/[^/]+)?)\/qrels\.tsv$/.exec(name);
      return split?.[1] ?? [];
    });
  return found.sort();
}

/**
 * Reads judged sets (documents, queries, which document answers which query) from the folder that
 * `UMEKOMI_JUDGED_SETS` names. They are not part of the repository.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Judgements } from '../../../src/engine/evaluation/measures.ts';
import type { DocumentFormat } from '../../../src/model/types.ts';

export interface JudgedDocument {
  readonly id: string;
  /** '' where the set has none of its own (Markdown pages have theirs in the text). */
  readonly title: string;
  readonly text: string;
  readonly format: DocumentFormat;
}

export interface JudgedQuery {
  readonly text: string;
  readonly judgements: Judgements;
}

const { UMEKOMI_JUDGED_SETS } = process.env;

/** The folder with the judged sets; undefined where there is none, and tests that need it are skipped. */
export const JUDGED_SETS: string | undefined = UMEKOMI_JUDGED_SETS;

/** Documents of `<set>/documents.jsonl`: one JSON object a line with id, title and text. */
export function readDocuments(set: string): JudgedDocument[] {
  const lines = readLines(`${set}/documents.jsonl`);
  return lines.map((line) => ({ format: 'text', ...JSON.parse(line) }));
}

/** Every Markdown page under a folder; its id is the path relative to `root`, with `/`. */
export function readPages(root: string, folder: string): JudgedDocument[] {
  const base = judgedPath(root);
  const names = readdirSync(join(base, folder), { recursive: true, encoding: 'utf8' });
  const pages = names.filter((name) => name.endsWith('.md')).sort();
  return pages.map((name) => {
    const path = join(base, folder, name);
    const id = relative(base, path).split(sep).join('/');
    return { id, title: '', text: readFileSync(path, 'utf8'), format: 'markdown' };
  });
}

/** Queries of `<folder>/queries.jsonl` with their judgements from `<folder>/qrels.tsv` (BEIR's layout). */
export function readQueries(folder: string): JudgedQuery[] {
  const judgements = new Map<string, Map<string, number>>();
  for (const line of readLines(`${folder}/qrels.tsv`).slice(1)) {
    const [query = '', document = '', gain] = line.split('\t');
    const ofQuery = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, ofQuery.set(document, Number(gain)));
  }
  return readLines(`${folder}/queries.jsonl`).map((line) => {
    const query: { id: string; text: string } = JSON.parse(line);
    const ofQuery = judgements.get(query.id);
    if (ofQuery === undefined) {
      throw new Error(`${folder}: query ${query.id} has no judgement`);
    }
    return { text: query.text, judgements: ofQuery };
  });
}

function readLines(path: string): string[] {
  return readFileSync(judgedPath(path), 'utf8').trimEnd().split('\n');
}

function judgedPath(path: string): string {
  if (JUDGED_SETS === undefined) {
    throw new Error('UMEKOMI_JUDGED_SETS is not set');
  }
  return join(JUDGED_SETS, path);
}

/** The judged sets that ranking is measured on, and the embedders whose vectors are there for each. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgedFileName, toMarkdown } from '../../../src/engine/evaluation/judged-documents.ts';
import { JUDGED_SETS } from './judged-sets.ts';

/** One corpus with its questions. */
export interface RankedSet {
  readonly folder: string;
  /** Documents of one language alone; null for all. */
  readonly language: string | null;
  readonly splits: readonly string[];
  /** Folder of kept vectors below the model's; null for none. */
  readonly vectors: string | null;
}

export const RANKED_SETS: readonly RankedSet[] = [
  { folder: 'jsquad', language: null, splits: ['dev', 'hard-dev'], vectors: 'jsquad' },
  { folder: 'jaquad', language: null, splits: ['dev'], vectors: null },
  { folder: 'niilc', language: null, splits: ['dev'], vectors: null },
  { folder: 'scifact', language: null, splits: ['dev'], vectors: 'scifact' },
  { folder: 'crosslingual', language: 'en', splits: ['ja2en/dev'], vectors: null },
  { folder: 'crosslingual', language: 'ja', splits: ['en2ja/dev'], vectors: null },
  { folder: 'techdocs', language: 'en', splits: ['ja2en/dev'], vectors: 'tech-en' },
  { folder: 'techdocs', language: 'ja', splits: ['en2ja/dev'], vectors: 'tech-ja' },
];

/** Models whose vectors were kept. */
export const REPLAYED = ['use-multilingual', 'multilingual-e5-small'] as const;

interface DocumentLine {
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly path?: string;
  readonly lang?: string;
}

/** Writes the documents of a set under names that say nothing. */
export function writeDocuments({ folder, language, vectors }: RankedSet, target: string): void {
  mkdirSync(target, { recursive: true });
  const set = join(JUDGED_SETS ?? '', folder);
  for (const line of readFileSync(join(set, 'documents.jsonl'), 'utf8').trim().split('\n')) {
    const { id, title, text, path, lang }: DocumentLine = JSON.parse(line);
    if (language !== null && lang !== language) continue;
    const page = path === undefined ? null : readFileSync(join(set, path), 'utf8');
    const asKept = page !== null && vectors !== null ? withoutDescription(page) : page;
    const markdown = asKept ?? toMarkdown({ title, text: text ?? '' });
    writeFileSync(join(target, judgedFileName(id)), markdown);
  }
}

/**
 * The vectors were made when a description was no part of an input. Under another name it stays a word of
 * the document.
 */
function withoutDescription(page: string): string {
  return page.replace(/^---\n[\s\S]*?\n---\n/, (front) =>
    front.replace(/^description:/m, 'blurb:'),
  );
}

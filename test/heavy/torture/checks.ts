/** What must hold of a corpus after its writer was killed, whatever it was doing. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ollama } from '../../../src/embedding/ollama.ts';
import { UmekomiError } from '../../../src/model/errors.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { mapLines } from '../../../src/text/lines.ts';
import { findBroken, rows } from '../../helpers/corpus.ts';
import type { World } from './world.ts';

/** What stands in a corpus file, as far as runs are compared by it. */
export interface Stored {
  /** The model and dimensions that searches use; null before there is a space. */
  readonly active: { readonly model: string; readonly dimensions: number } | null;
  /** `model/dimensions/hash` of every vector. */
  readonly vectors: ReadonlySet<string>;
  /** True while a run has not ended: vectors that no passage uses are kept for it. */
  readonly unfinished: boolean;
  /** Absolute paths. */
  readonly documents: readonly string[];
  readonly sources: readonly string[];
}

const NOTHING: Stored = {
  ...{ active: null, vectors: new Set(), unfinished: false, documents: [], sources: [] },
};

/** A violation: the run of the torture ends with it. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation with `what` unless `holds` */
export function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Violation(what);
}

/** One spelling for the model of a request and of a space. */
export function vectorKey(model: string, dimensions: number, hash: string): string {
  return `${model.replace(/:latest$/, '')}/${dimensions}/${hash}`;
}

/**
 * Opens a corpus as a search does it, which rolls back a write that was cut off.
 *
 * @returns true if there was one
 * @throws Violation if it cannot be opened, though it has been filled before
 */
export async function demandOpens(path: string, { active }: Stored): Promise<boolean> {
  if (!existsSync(path) || statSync(path).size === 0) {
    demand(active === null, 'the corpus is gone');
    return false;
  }
  const isCutOff = !canRead(path);
  try {
    await (await openCorpus(path, { readOnly: true })).close();
  } catch (error) {
    const isSaid = error instanceof UmekomiError && UNFILLED.includes(error.code);
    demand(isSaid && active === null, `the corpus does not open: ${String(error)}`);
  }
  demand(canRead(path) || statSync(path).size === 0, 'a write that was cut off is still there');
  return isCutOff;
}

/** What is said of a corpus that was never filled. */
const UNFILLED = ['CORPUS_NOT_FOUND', 'CORPUS_OUTDATED', 'CORPUS_EMPTY'];

function canRead(path: string): boolean {
  const db = new Database(path, { readonly: true });
  try {
    db.pragma('schema_version');
    return true;
  } catch {
    return false;
  } finally {
    db.close();
  }
}

/** What stands in the file; nothing if there is none, or one in which nothing was written yet. */
export function readStored(path: string): Stored {
  if (!existsSync(path) || statSync(path).size === 0) return NOTHING;
  const has = rows(path, "SELECT 1 FROM sqlite_schema WHERE name = 'space'");
  if (has.length === 0) return NOTHING;
  const [active] = rows(path, 'SELECT model, dimensions FROM space WHERE active = 1');
  const vectors = rows(
    path,
    `SELECT model, dimensions, lower(hex(input_hash)) AS hash
     FROM embedding JOIN space ON space.id = space_id`,
  );
  const key = (row: Record<string, unknown>): string =>
    vectorKey(String(row['model']), Number(row['dimensions']), String(row['hash']));
  const documents = rows(
    path,
    `SELECT source.path || '/' || document.path AS path
     FROM document JOIN source ON source.id = source_id ORDER BY 1`,
  );
  return {
    active: (active as unknown as Stored['active']) ?? null,
    vectors: new Set(vectors.map(key)),
    unfinished: rows(path, 'SELECT 1 FROM source WHERE unfinished = 1').length > 0,
    documents: documents.map((row) => String(row['path'])),
    sources: rows(path, 'SELECT path FROM source').map((row) => String(row['path'])),
  };
}

/** @throws Violation unless the file is sound and every document is one version of its file, whole */
export function demandWhole(path: string, world: World): void {
  const broken = findBroken(path);
  demand(broken.length === 0, `the corpus is broken: ${broken.join('; ')}`);
  const found = rows(
    path,
    `SELECT source.path || '/' || document.path AS path, document.id AS id,
       lower(hex(content_hash)) AS hash FROM document JOIN source ON source.id = source_id`,
  );
  for (const row of found) {
    const name = String(row['path']);
    const text = world.version(name, String(row['hash']));
    demand(text !== undefined, `${name} is a document that the file never was`);
    demandChunks(path, Number(row['id']), { name, text });
  }
}

function demandChunks(path: string, id: number, { name, text }: { name: string; text: string }) {
  const lines = mapLines(text);
  const chunks = rows(
    path,
    `SELECT start_line, end_line, start_offset, end_offset, text FROM chunk
     WHERE document_id = ? ORDER BY ordinal`,
    id,
  );
  let covered = 0;
  for (const chunk of chunks) {
    const [start, end] = [Number(chunk['start_offset']), Number(chunk['end_offset'])];
    demand(text.slice(start, end) === chunk['text'], `${name}: a passage of another version`);
    demand(lines.lineAt(start) === chunk['start_line'], `${name}: a passage at another line`);
    demand(lines.lineAt(end - 1) === chunk['end_line'], `${name}: a passage to another line`);
    demand(isMargin(text.slice(covered, start)), `${name}: a text that lacks a passage`);
    covered = end;
  }
  demand(isMargin(text.slice(covered)), `${name}: a text that lacks its end`);
}

/** What stands between passages: nothing, headings (which are their context), or front matter. */
function isMargin(text: string): boolean {
  return (
    text
      .replace(/^---\r?\n[\s\S]*?\n---/, '')
      .replaceAll(/^#+ .*$/gm, '')
      .trim() === ''
  );
}

const QUERIES = [
  'the harbour beside the lantern',
  '灯台は果樹園から',
  'ledger crate berth',
  'Part 2',
];

/** @throws Violation unless a search on the file works and shows what is there */
export async function demandSearch(
  path: string,
  { endpoint, stored, world }: { endpoint: string; stored: Stored; world: World },
): Promise<void> {
  if (stored.active === null) return;
  const { model, dimensions } = stored.active;
  const embedder = ollama({ endpoint, model, dimensions, retries: 0 });
  const corpus = await openCorpus(path, { embedder, readOnly: true });
  try {
    const query = QUERIES[stored.vectors.size % QUERIES.length] ?? '';
    const { hits } = await corpus.search(query);
    const passages = Number(rows(path, 'SELECT count(*) AS n FROM chunk')[0]?.['n']);
    demand(hits.length > 0 || passages === 0, `nothing found among ${passages} passages`);
    for (const hit of hits) {
      const name = join(hit.source, hit.path);
      const [row] = rows(
        path,
        `SELECT lower(hex(content_hash)) AS hash FROM document JOIN source ON source.id = source_id
         WHERE source.path || '/' || document.path = ?`,
        name,
      );
      const text = world.version(name, String(row?.['hash'])) ?? '';
      const shown = text.slice(hit.startOffset, hit.endOffset);
      demand(squeeze(shown) === squeeze(hit.text), `${name}: a hit that is not the text`);
    }
  } finally {
    await corpus.close();
  }
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/**
 * The place for `umekomi doctor`: a check of a corpus file, which does nothing in a build without the
 * command.
 *
 * @param bin the built program
 */
export function doctorOf(bin: string): (path: string) => void {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' });
  if (!/^ +doctor\b/m.test(run('--help').stdout)) return () => {};
  return (path) => {
    const { status, stdout, stderr } = run('doctor', '--offline', '--db', path);
    demand(status === 0, `doctor found (exit ${status}): ${stdout}${stderr}`);
  };
}

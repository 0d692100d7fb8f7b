/**
 * Two folders that change as folders of people do, with the memory of every version that a file ever
 * had: what a corpus shows must be one of them, whole.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sampleDocument } from '../../helpers/corpus.ts';
import { plant } from '../../helpers/temp.ts';
import type { Chance } from './chance.ts';

/** What changes. */
export interface World {
  /** Absolute paths of the folders. */
  readonly sources: readonly string[];
  /** Makes one change. @returns what it was */
  change(): string;
  /** The text that a file had when its bytes had this hash (hex); undefined if it never had it. */
  version(path: string, hash: string): string | undefined;
  /** How many versions were written. */
  written(): number;
}

/** The model makes no vector of a text with these words. */
export const UNEMBEDDABLE = 'No vector for this line';

/** Paragraphs of a file that makes a corpus large enough for codes of its vectors. */
const BULK = 5_300;

const FOLDERS = ['', 'deep', 'deep/er', '日記'];

/**
 * @param folder where the two folders are made
 * @param large true puts a text of thousands of passages in
 */
export function createWorld(folder: string, chance: Chance, large: boolean): World {
  const sources = ['notes', 'docs'].map((name) => join(folder, name));
  const versions = new Map<string, Map<string, string>>();
  let number = chance.below(1000) * 2;
  let names = 0;
  const write = (path: string, content: string | Uint8Array): void => {
    plant(dirname(path), { [path.slice(dirname(path).length + 1)]: content });
    const known = versions.get(path) ?? new Map<string, string>();
    const text = typeof content === 'string' ? content.replace(/^\uFEFF/, '') : '';
    versions.set(path, known.set(createHash('sha256').update(content).digest('hex'), text));
  };
  const freshText = (): string => {
    number += 1;
    return dress(sampleDocument(number), chance);
  };
  const freshPath = (): string => {
    names += 1;
    const name = chance.happens(0.5) ? `note-${names}.md` : `メモ${names}.txt`;
    return join(chance.pick(sources), chance.pick(FOLDERS), name);
  };
  const latest = (path: string): string => [...(versions.get(path) ?? new Map()).values()].at(-1);
  const edit = (path: string): void => {
    const lines = latest(path).split('\n');
    number += 1;
    const line = chance.happens(0.1) ? UNEMBEDDABLE : 'An edited line, 編集した行';
    lines.splice(chance.below(lines.length), 1, `${line} ${number}.`);
    write(path, lines.join('\n'));
  };
  const move = (path: string): void => {
    const to = freshPath();
    mkdirSync(dirname(to), { recursive: true });
    renameSync(path, to);
    versions.set(to, new Map([...(versions.get(to) ?? []), ...(versions.get(path) ?? [])]));
  };
  const moves: Readonly<Record<string, (path: string) => void>> = {
    add: () => write(freshPath(), freshText()),
    edit,
    rewrite: (path) => write(path, freshText()),
    copy: (path) => write(freshPath(), latest(path)),
    move,
    delete: (path) => rmSync(path),
    empty: (path) => write(path, chance.pick(['', ' \n\n'])),
    'make binary': (path) => write(path, Uint8Array.of(0, 1, 2, chance.below(256), 0)),
    'make big': (path) => write(path, Array.from({ length: 8 }, freshText).join('\n')),
  };
  for (const source of sources) mkdirSync(source, { recursive: true });
  for (let i = 0; i < 8; i++) write(freshPath(), freshText());
  if (large) write(join(folder, 'notes', 'bulk.md'), bulkText(chance.below(1000)));
  return {
    sources,
    change: () => {
      const what = chance.pick(WEIGHTED);
      const files = sources.flatMap(filesIn);
      // The text that makes a corpus large stays large.
      const able = /^(edit|move)$/.test(what) ? files : files.filter((file) => !isBulk(file));
      if (able.length < 4 || (what === 'add' && able.length < 14)) moves['add']?.('');
      else moves[what]?.(chance.pick(able));
      return what;
    },
    version: (path, hash) => versions.get(path)?.get(hash),
    written: () => [...versions.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

/** Most changes of people are edits. */
const WEIGHTED = [
  ...['add', 'add', 'add', 'edit', 'edit', 'edit', 'edit', 'rewrite', 'rewrite', 'copy'],
  ...['move', 'move', 'delete', 'delete', 'empty', 'make binary', 'make big'],
];

/** Some files have front matter, CRLF or a BOM. */
function dress(text: string, chance: Chance): string {
  const matter = chance.happens(0.2) ? `---\ntags: [${chance.pick(['a', 'b', '港'])}]\n---\n` : '';
  const whole = matter + text;
  if (chance.happens(0.1)) return whole.replaceAll('\n', '\r\n');
  return chance.happens(0.1) ? `\uFEFF${whole}` : whole;
}

function bulkText(salt: number): string {
  const paragraph = (at: number): string =>
    at % 2 === 0
      ? `Entry ${at} of ledger ${salt}: crate ${at * 7} came from berth ${(at * 13) % 97} and was weighed twice before it was stored in the long shed behind the harbour office.`
      : `台帳${salt}の${at}番。荷${at * 7}は${(at * 13) % 97}番の岸壁から届き、二度量られてから、港の事務所の裏の倉庫に入れられた。`;
  return `# Ledger ${salt}\n\n${Array.from({ length: BULK }, (_, at) => paragraph(at)).join('\n\n')}\n`;
}

function isBulk(path: string): boolean {
  return path.endsWith('bulk.md');
}

function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

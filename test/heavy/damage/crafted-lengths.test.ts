/** Corpora made to take memory: what searches and the doctor take of it, measured in processes of their own. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';

/** MiB of a whole process. */
const LIMIT = 400;

const PRELOAD = pathToFileURL(join(import.meta.dirname, '../../helpers/peak-memory.mjs')).href;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = createSandbox();
  for (let i = 0; i < 8; i++) {
    sandbox.write(
      `docs/n${i}.md`,
      `---\ntags: [t${i}]\n---\n\n# Note ${i}\n\nA lantern in harbour ${i}.\n`,
    );
  }
  const made = await sandbox.umekomi(['index', 'docs', '--db', 'base.db', '--model', 'builtin']);
  expect(made).toMatchObject({ code: 0 });
});
afterAll(() => sandbox.remove());

/** SQL for a text of so many bytes. */
const long = (bytes: number): string => `replace(hex(zeroblob(${bytes / 2})), '0', 'x')`;
const MILLION =
  'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)';

const CRAFTED: Readonly<Record<string, string>> = {
  'a text of 120 MB': `UPDATE chunk SET text = ${long(120e6)} WHERE id = 1`,
  'titles of 50 MB': `UPDATE document SET title = ${long(50e6)} WHERE id < 4`,
  'headings of 4 MB': `UPDATE chunk SET headings = '["' || ${long(4e6)} || '"]'`,
  'paths of 50 MB': `UPDATE document SET path = id || ${long(50e6)} WHERE id < 4`,
  'front matter of 50 MB': `UPDATE document SET front_matter = '{"a":"' || ${long(50e6)} || '"}' WHERE id < 4`,
  'the path of a source of 50 MB': `UPDATE source SET path = ${long(50e6)}`,
  'a list of includes of 50 MB': `UPDATE source SET include = '["' || ${long(50e6)} || '"]'`,
  'a million sources': `${MILLION} INSERT INTO source (path, relative, kind, include, exclude, ignore_files)
    SELECT 'x/' || i, 1, 'folder', '[]', '[]', 1 FROM n`,
  'fresh terms of 150 MB': `INSERT INTO words_fresh VALUES (900000, 5, ${long(50e6)}, x'01'),
    (900001, 5, ${long(50e6)}, x'01'), (900002, 5, ${long(50e6)}, x'01')`,
  'a term of 50 MB': `INSERT INTO words_block VALUES (1, ${long(50e6)}, 1, 1, x'02')`,
  'a block of 50 MB': `UPDATE words_block SET data = zeroblob(50000000) WHERE term = 'lantern'`,
  'a million blocks': `${MILLION} INSERT INTO words_block SELECT 1, 'lantern', 100 + i, 1, x'00' FROM n`,
  'a name of a model of 50 MB': `UPDATE space SET model = ${long(50e6)}`,
};

/** What a command came to, and the most memory that it took, in MiB. */
async function measured(
  args: readonly string[],
): Promise<{ code: number | null; peak: number; said: string }> {
  const file = join(sandbox.folder, 'peak');
  const env = { PEAK_FILE: file, NODE_OPTIONS: `--import ${PRELOAD}` };
  const { code, stdout, stderr } = await sandbox.start([...args, '--db', 'c.db'], { env }).done;
  return { code, peak: Number(readFileSync(file, 'utf8')) / 1024, said: stdout + stderr };
}

describe.each(Object.entries(CRAFTED))('%s', (_, sql) => {
  it('takes no memory to speak of: an answer, or a clear refusal', async () => {
    const path = join(sandbox.folder, 'c.db');
    copyFileSync(join(sandbox.folder, 'base.db'), path);
    const db = new Database(path);
    db.exec(sql);
    db.close();
    for (const command of ['search lantern', 'status', 'ls', 'doctor --offline']) {
      const { code, peak, said } = await measured(command.split(' '));
      expect(peak, command).toBeGreaterThan(20);
      expect(peak, command).toBeLessThan(LIMIT);
      const isRefused = code === 2 && said.includes('[CORPUS_DAMAGED]');
      const isTold = command.startsWith('doctor') && code === 4 && /_DAMAGED/.test(said);
      expect(isRefused || isTold || code === 0, `${command}: ${said.slice(0, 300)}`).toBe(true);
    }
  }, 180_000);
});

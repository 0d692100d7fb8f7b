/** `umekomi doctor` as people run it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { startStandIn } from '../../helpers/stand-in/server.ts';

let box: Sandbox;
let db: string;
beforeEach(async () => {
  box = createSandbox();
  box.copyFixtures('docs');
  db = join(box.folder, '.umekomi', 'corpus.db');
});
afterEach(() => box.remove());

async function indexBuiltin(): Promise<void> {
  expect(await box.umekomi(['index', 'docs', '--model', 'builtin'])).toMatchObject({ code: 0 });
}

function damage(sql: string): void {
  const file = new Database(db);
  file.exec(sql);
  file.close();
}

it('says that all is well, and changes nothing', async () => {
  await indexBuiltin();
  const before = readFileSync(db);
  const { code, stdout, stderr } = await box.umekomi(['doctor']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^corpus {8}\.umekomi\/corpus\.db\nfile {10}ok {2}SQLite 3.*\n/);
  expect(stdout).toMatch(/vector space {2}ok {2}16 stored texts embedded again and compared\n/);
  expect(stdout).toMatch(/\nNothing is wrong\.\n$/);
  expect(readFileSync(db).equals(before)).toBe(true);
});

it('ends with 4 and the remedy; repairs; and the next index embeds what was damaged', async () => {
  await indexBuiltin();
  damage('UPDATE embedding SET vector = zeroblob(4096) WHERE id IN (3, 4)');
  const found = await box.umekomi(['doctor']);
  expect(found.code).toBe(4);
  expect(found.stdout).toContain(
    'not of unit length: 2 [VECTORS_DAMAGED]\n  → Repair it with: umekomi doctor --repair, then umekomi index',
  );
  const { code, stdout } = await box.umekomi(['doctor', '--repair', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    path: db,
    mended: expect.arrayContaining([expect.objectContaining({ code: 'VECTORS_DAMAGED' })]),
  });
  const again = await box.umekomi(['index', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ inputs: { embedded: 2 } });
  expect(await box.umekomi(['doctor'])).toMatchObject({ code: 0 });
});

it('saves the vectors of a file whose pages are damaged, and keeps that file', async () => {
  await indexBuiltin();
  const bytes = readFileSync(db);
  const file = new Database(db, { readonly: true });
  const page = file
    .prepare<[], number>("SELECT pageno FROM dbstat WHERE name = 'chunk' AND pagetype = 'leaf'")
    .pluck()
    .get();
  file.close();
  bytes.fill(0xff, ((page ?? 0) - 1) * 32_768, (page ?? 0) * 32_768);
  writeFileSync(db, bytes);
  expect(await box.umekomi(['doctor', '--offline'])).toMatchObject({ code: 4 });
  const { code, stderr } = await box.umekomi(['doctor', '--repair']);
  expect(code).toBe(0);
  expect(stderr).toContain(
    '67 vectors were saved; the damaged file is now .umekomi/corpus.db.damaged.',
  );
  expect(readdirSync(join(box.folder, '.umekomi')).sort()).toEqual([
    '.gitignore',
    'corpus.db',
    'corpus.db.damaged',
  ]);
  const { stdout } = await box.umekomi(['index', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ inputs: { embedded: 0, reused: 67 } });
  expect(await box.umekomi(['doctor'])).toMatchObject({ code: 0 });
});

it('a file that cannot be opened at all: what to do, not to ask doctor; the file stays', async () => {
  await indexBuiltin();
  const bytes = readFileSync(db);
  writeFileSync(db, bytes.subarray(0, bytes.length / 2));
  for (const args of [['doctor'], ['doctor', '--repair']]) {
    const { code, stdout } = await box.umekomi(args);
    expect(code).toBe(4);
    expect(stdout).toContain(
      '[CORPUS_DAMAGED]\n  → Restore the file from a backup, or move it away and name what to index: umekomi index <folder>\n',
    );
    expect(stdout).not.toContain('umekomi doctor');
  }
  expect(readFileSync(db).length).toBe(Math.floor(bytes.length / 2));
  expect((await box.umekomi(['search', 'x'])).stderr).toContain(
    'umekomi doctor says what is wrong',
  );
});

it('saves the vectors as well where an index cannot be made anew, since rows contradict it', async () => {
  await indexBuiltin();
  const file = new Database(db);
  file.unsafeMode(true);
  const index = file
    .prepare<[], Record<string, unknown>>("SELECT * FROM sqlite_schema WHERE name = 'space_active'")
    .get();
  file.pragma('writable_schema = ON');
  file.exec("DELETE FROM sqlite_schema WHERE name = 'space_active'");
  file.close();
  damage(`INSERT INTO space SELECT 99, 'other', kind, model, digest, dimensions, document_prompt,
    query_prompt, context_tokens, mean, 1, created_at FROM space`);
  const again = new Database(db);
  again.unsafeMode(true);
  again.pragma('writable_schema = ON');
  again
    .prepare('INSERT INTO sqlite_schema VALUES (@type, @name, @tbl_name, @rootpage, @sql)')
    .run(index);
  again.close();
  expect((await box.umekomi(['doctor', '--offline'])).stdout).toContain('[INDEXES_DAMAGED]');
  const { code, stderr } = await box.umekomi(['doctor', '--repair']);
  expect({ code, saved: stderr.includes('67 vectors were saved') }).toEqual({
    code: 0,
    saved: true,
  });
});

it('says what is the matter with the server; --offline leaves it out', async () => {
  const server = await startStandIn();
  const env = { OLLAMA_HOST: server.url };
  expect(await box.umekomi(['index', 'docs', '--model', 'bge-m3'], { env })).toMatchObject({
    code: 0,
  });
  const { code, stdout } = await box.umekomi(['doctor'], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/server {8}ok {2}bge-m3:latest answers\n/);
  await server.close();
  const gone = await box.umekomi(['doctor'], { env });
  expect(gone.code).toBe(4);
  expect(gone.stdout).toMatch(/server {8}wrong {2}failed\n.*\[ENDPOINT_UNREACHABLE\]/);
  expect(gone.stdout).toMatch(
    /vector space {2}– {2}not compared: nothing embeds texts for it now\n/,
  );
  expect(await box.umekomi(['doctor', '--offline'], { env })).toMatchObject({ code: 0 });
});

it('a file that cannot be opened is a finding; none at all is wrong usage', async () => {
  box.write('notes.db', 'no database, just some notes\n'.repeat(100));
  const { code, stdout } = await box.umekomi(['doctor', '--db', 'notes.db', '--repair']);
  expect(code).toBe(4);
  expect(stdout).toContain('[CORPUS_FOREIGN]');
  expect(await box.umekomi(['doctor', '--db', 'none.db'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('There is no corpus'),
  });
});

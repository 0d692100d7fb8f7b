/** `umekomi optimize` as people run it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = createSandbox();
  box.copyFixtures('docs');
  expect(await box.umekomi(['index', 'docs', '--model', 'builtin'])).toMatchObject({ code: 0 });
});
afterAll(() => box.remove());

it('says the size before and after; the search after it is as before', async () => {
  const search = ['search', '埋め込み', '--json'];
  const before = await box.umekomi(search);
  const { code, stdout, stderr } = await box.umekomi(['optimize']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(/^size {7}[\d.]+ [kM]B before, [\d.]+ [kM]B now\n$/);
  expect(await box.umekomi(search)).toEqual(before);
});

it('prints it as JSON', async () => {
  const { code, stdout } = await box.umekomi(['optimize', '--json']);
  expect(code).toBe(0);
  const after = statSync(join(box.folder, '.umekomi', 'corpus.db')).size;
  expect(JSON.parse(stdout)).toEqual({
    ...{ version: 1, pruned: 0 },
    size: { before: expect.any(Number), after },
  });
});

it('makes no corpus where there is none', async () => {
  const { code, stderr } = await box.umekomi(['optimize', '--db', 'none.db']);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no corpus');
});

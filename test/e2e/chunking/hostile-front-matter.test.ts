import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFrontMatter } from '../../../src/chunking/front-matter.ts';
import { isNestedDeeper } from '../../../src/chunking/nesting.ts';

/** Depths at which some level of the parser stands at the very end of the stack. */
const SCRIPT = `
  const { readFrontMatter } = await import(process.argv[1]);
  const shapes = [
    (n) => 'a: ' + '['.repeat(n),
    (n) => 'a: ' + '{b: '.repeat(n),
    (n) => '- '.repeat(n) + 'a',
    (n) => '? '.repeat(n) + 'a',
    (n) => Array.from({ length: Math.min(n, 350) }, (_, i) => ' '.repeat(i) + 'a:').join('\\n'),
  ];
  for (let n = 100; n < 12000; n += 100) {
    for (const shape of shapes) readFrontMatter('---\\n' + shape(n) + '\\n---\\n');
  }
  console.log('alive');
`;

describe('front matter that is nested to the end of the stack', () => {
  it('ends no process: V8 gives up where a regular expression begins at the last frame', () => {
    const dist = new URL('../../../dist/chunking/front-matter.js', import.meta.url).href;
    const args = ['--input-type=module', '-e', SCRIPT, dist];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 50_000 });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('alive\n');
    expect(fileURLToPath(dist)).toContain('front-matter');
  });

  it.each([
    ['brackets', `a: ${'['.repeat(65)}`],
    ['maps', 'a: {b: '.repeat(65)],
    ['lists on a line', `${'- '.repeat(70)}a`],
    ['keys on a line', `${'? '.repeat(70)}a`],
    ['indents', Array.from({ length: 70 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['TOML', `a = ${'['.repeat(65)}`],
  ])('%s: is text', (_, source) => {
    expect(isNestedDeeper(source, 64)).toBe(true);
    // Line by line a key may be read; nothing of what is nested is.
    const { data } = readFrontMatter(`---\n${source}\n---\n`);
    expect(Object.values(data ?? {}).flat()).toEqual([]);
    expect(readFrontMatter(`+++\n${source}\n+++\n`).data).toBeNull();
  });

  it.each([
    ['a long list', `tags:\n${'  - a\n'.repeat(500)}`],
    ['many maps', 'a:\n  b:\n    c: [1, {d: 2}]\n'.repeat(1)],
    ['a block of text', `text: |\n${'  one\n    two\n\n'.repeat(200)}`],
    ['closed brackets', `a: [${'[1], '.repeat(500)}2]`],
  ])('%s is not', (_, source) => {
    expect(isNestedDeeper(source, 8)).toBe(false);
    expect(readFrontMatter(`---\n${source}\n---\n`).data).not.toBeNull();
  });
});

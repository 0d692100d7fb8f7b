/** One list of flags: what --help offers is documented, and what the pages name is there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../helpers/sandbox.ts';
import { blocksOf, inlineCodeOf, pages, root, shellLines } from './blocks.ts';
import { docsSandbox } from './docs-sandbox.ts';

let box: Sandbox;
let commands: string[];
const flags = new Set<string>();

beforeAll(async () => {
  box = docsSandbox();
  const help = (await box.umekomi(['--help'])).stdout;
  commands = commandNames(help);
  for (const flag of flagsOfHelp(help)) flags.add(flag);
  for (const command of commands) {
    for (const flag of flagsOfHelp((await box.umekomi([command, '--help'])).stdout))
      flags.add(flag);
  }
});
afterAll(() => box.remove());

describe('the command line reference', () => {
  it('is compared with a --help that lists commands and flags', () => {
    expect(commands).toEqual(
      expect.arrayContaining(['index', 'search', 'like', 'status', 'models']),
    );
    expect([...flags]).toEqual(expect.arrayContaining(['--db', '--path', '--json', '-k', '-0']));
  });

  it('documents every command', () => {
    const reference = inlineCodeOf('docs/cli.md').map((code) =>
      code.split(' ').slice(0, 2).join(' '),
    );
    for (const command of commands) expect(reference).toContain(`umekomi ${command}`);
  });

  it('documents every flag', () => {
    const reference = new Set(inlineCodeOf('docs/cli.md').flatMap(flagsIn));
    expect([...flags].filter((flag) => !reference.has(flag))).toEqual([]);
  });

  it('documents every exit code', () => {
    const text = readFileSync(join(root, 'docs', 'cli.md'), 'utf8');
    for (const code of [0, 1, 2, 3, 4, 130, 143]) expect(text).toContain(`| ${code} |`);
  });
});

describe.each(pages())('%s', (page) => {
  it('names only flags that exist', () => {
    const inline = inlineCodeOf(page).filter((code) => /^(-|umekomi )/.test(code));
    const shell = blocksOf(page)
      .filter((block) => block.language === 'sh')
      .flatMap(shellLines)
      .flatMap((line) => line.split(/\s[|]\s/))
      .filter((line) => /^(\S+=\S+ )*umekomi /.test(line));
    const named = [...inline, ...shell].flatMap(flagsIn);
    expect(named.filter((flag) => !flags.has(flag))).toEqual([]);
  });

  it('names only commands that exist', () => {
    const called = blocksOf(page)
      .filter((block) => block.language === 'sh')
      .flatMap(shellLines)
      .filter((line) => /^umekomi [a-z]/.test(line))
      .map((line) => line.split(' ')[1]);
    for (const command of called) expect(commands).toContain(command);
  });
});

/** The flags among the words of a command line or of inline code; a number is not a flag. */
function flagsIn(code: string): string[] {
  return code
    .split(/[\s,|[\]]+/)
    .map((word) => word.split('=')[0] ?? '')
    .filter((word) => /^(--[a-z][a-z-]*|-[A-Za-z0])$/.test(word));
}

/** The flags that a help text defines: the first words of its indented lines. */
function flagsOfHelp(help: string): string[] {
  return help
    .split('\n')
    .map((line) => /^\s+(-.*?)(\s{2,}|$)/.exec(line)?.[1] ?? '')
    .flatMap(flagsIn);
}

function commandNames(help: string): string[] {
  const section = help.split(/^Commands:$/m)[1]?.split(/^\S/m)[0] ?? '';
  const names = section.split('\n').map((line) => /^ {2}([a-z]+)/.exec(line)?.[1]);
  return names.filter((name) => name !== undefined && name !== 'help') as string[];
}

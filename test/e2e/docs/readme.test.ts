/** The documentation runs: every block marked `<!-- run -->` is executed as written. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome, Sandbox } from '../../helpers/sandbox.ts';
import { type Block, blocksOf, pages, shellLines, words } from './blocks.ts';
import { docsSandbox } from './docs-sandbox.ts';

const marked = pages().map((page) => ({
  page,
  blocks: blocksOf(page).filter((block) => block.exit !== null),
}));

describe.each(marked.filter(({ blocks }) => blocks.length > 0))('$page', ({ blocks }) => {
  let box: Sandbox;
  beforeAll(() => {
    box = docsSandbox();
  });
  afterAll(() => box.remove());

  for (const block of blocks) {
    it(`${block.at} runs as written`, async () => {
      if (block.language === 'sh') await runCommands(box, block);
      else await runProgram(box, block);
    });
  }
});

describe('the READMEs', () => {
  it.each(['README.md', 'README.ja.md'])('%s runs indexing and a search', (page) => {
    const run = blocksOf(page)
      .filter((block) => block.exit !== null && block.language === 'sh')
      .flatMap(shellLines);
    expect(run.some((line) => line.startsWith('umekomi index'))).toBe(true);
    expect(run.some((line) => line.startsWith('umekomi search'))).toBe(true);
  });

  it('README.ja.md has the commands of README.md', () => {
    expect(commandsOf('README.ja.md')).toEqual(commandsOf('README.md'));
  });

  it('README.ja.md runs what README.md runs', () => {
    expect(exitsOf('README.ja.md')).toEqual(exitsOf('README.md'));
  });

  it('both show the same programs', () => {
    const programs = (page: string): string[] =>
      blocksOf(page)
        .filter((block) => ['ts', 'js', 'sql', 'json'].includes(block.language))
        .map((block) => block.code);
    expect(programs('README.ja.md')).toEqual(programs('README.md'));
  });
});

function commandsOf(page: string): string[][] {
  return blocksOf(page)
    .filter((block) => block.language === 'sh')
    .map(shellLines);
}

function exitsOf(page: string): (number | null)[] {
  return blocksOf(page).map((block) => block.exit);
}

async function runProgram(box: Sandbox, block: Block): Promise<void> {
  const outcome = await box.program(block.code);
  expect(outcome.code, describeOutcome(outcome)).toBe(block.exit);
  expect(outcome.stdout).not.toBe('');
}

async function runCommands(box: Sandbox, block: Block): Promise<void> {
  const lines = shellLines(block);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const [program, ...args] = words(line);
    expect(program, `only umekomi is run: ${line}`).toBe('umekomi');
    const outcome = await box.umekomi(args);
    expect(outcome.code, `${line}\n${describeOutcome(outcome)}`).toBe(block.exit);
    if (block.exit === 0) checkOutput(box, args, outcome);
  }
}

/** What a successful command must have said, by what it was asked for. */
function checkOutput(box: Sandbox, args: readonly string[], { stdout, stderr }: Outcome): void {
  const command = args.find((arg) => !arg.startsWith('-'));
  if (args.includes('--json')) {
    const answer = JSON.parse(stdout) as { version?: unknown; hits?: unknown[] };
    expect(answer.version).toBe(1);
    if (command === 'search' || command === 'like') expect(answer.hits).not.toHaveLength(0);
  } else if (args.includes('--jsonl')) {
    const hits = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { rank: number });
    expect(hits.map((hit) => hit.rank)).toEqual(hits.map((_, index) => index + 1));
  } else if (args.includes('--files') || args.includes('-0')) {
    const files = stdout.split(args.includes('-0') ? '\0' : '\n').filter((name) => name !== '');
    expect(files).not.toHaveLength(0);
    for (const file of files) expect(existsSync(join(box.folder, file)), file).toBe(true);
  } else if (command === 'search' || command === 'like') {
    expect(stdout).toMatch(/\.(md|mdx|txt|org|rst):\d+/);
  } else {
    expect(stdout + stderr).not.toBe('');
  }
}

function describeOutcome({ stdout, stderr }: Outcome): string {
  return `stdout:\n${stdout}\nstderr:\n${stderr}`;
}

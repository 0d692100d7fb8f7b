/** The pages on servers say what the code does: their tables are compared with the code's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_BATCH_TOKENS } from '../../../src/model/defaults.ts';
import { EmbeddingError } from '../../../src/model/errors.ts';
import { REQUEST_OPTIONS, SERVER_OPTIONS } from '../../../src/model/options.ts';
import { MODEL_FAMILIES } from '../../../src/server/model-families.ts';
import { classifyNetworkError } from '../../../src/server/network-errors.ts';
import { decideRetry } from '../../../src/server/retry.ts';
import {
  OLLAMA_ROWS,
  OPEN_WEBUI_ROWS,
  STATUS_ROWS,
  type WireRow,
} from '../../helpers/stand-in/wire-rows.ts';
import { seeded } from '../store/sqlite/filled.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
const page = read('embedding-servers.md');
const answers = read('internals/server-answers.md');

const DONE: Readonly<Record<WireRow['action'], string>> = {
  retry: 'tried again',
  fail: 'stops',
  split: 'text found, its chunk cut further',
  bisect: 'text found, remembered as failed',
  halve: 'half of the batch',
  'check-model': 'the model asked for by name, then decided',
};

const code = (text: string): string => `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;

function words({ body }: WireRow): string {
  if (typeof body === 'string') return body === '' ? 'no text' : code(body);
  const { error, detail } = body as { error?: unknown; detail?: unknown };
  const text = error ?? detail;
  return typeof text === 'string' ? code(text) : 'no text';
}

function answersTable(rows: readonly WireRow[]): string {
  return [
    '| when | status | text | then | code |',
    '|---|---|---|---|---|',
    ...rows.map(
      (row) =>
        `| ${row.when} | ${row.status} | ${words(row)} | ${DONE[row.action]} | ${code(row.code)} |`,
    ),
  ].join('\n');
}

/** One line for all statuses with the same outcome. */
function statusTable(): string {
  const groups = new Map<string, WireRow[]>();
  for (const row of STATUS_ROWS) {
    groups.set(outcome(row), [...(groups.get(outcome(row)) ?? []), row]);
  }
  return [
    '| status | then | code |',
    '|---|---|---|',
    ...[...groups].map(
      ([key, rows]) => `| ${rows.map(({ status }) => status).join(', ')} | ${key} |`,
    ),
  ].join('\n');
}

function outcome(row: WireRow): string {
  return `${DONE[row.action]} | ${code(row.code)}`;
}

function familiesTable(): string {
  const shown = (prompt: string): string =>
    prompt === '' ? '–' : code(prompt.replaceAll('\n', '\\n'));
  return [
    '| family in the name | tokens | before a query | before a document |',
    '|---|---|---|---|',
    ...MODEL_FAMILIES.map(
      ({ family, maxTokens, queryPrompt, documentPrompt }) =>
        `| ${family} | ${maxTokens ?? '–'} | ${shown(queryPrompt)} | ${shown(documentPrompt)} |`,
    ),
  ].join('\n');
}

describe('docs/internals/server-answers.md', () => {
  it.each([
    ['Ollama’s answers', answersTable(OLLAMA_ROWS)],
    ['Open WebUI’s answers', answersTable(OPEN_WEBUI_ROWS)],
    ['the statuses', statusTable()],
  ])('has %s as the code has them', (_name, table) => {
    expect(answers).toContain(table);
  });
});

describe('docs/embedding-servers.md', () => {
  it('has the prefixes as the code has them', () => {
    expect(page).toContain(familiesTable());
  });

  it('has the defaults as the code has them', () => {
    const rows = [
      ['--timeout', `${SERVER_OPTIONS.timeout.default} s`],
      ['--retries', SERVER_OPTIONS.retries.default],
      ['--concurrency', REQUEST_OPTIONS.concurrency.default],
      ['--batch-size', REQUEST_OPTIONS.batchSize.default],
      ['batch tokens', DEFAULT_BATCH_TOKENS],
    ];
    for (const [name, value] of rows) {
      expect(page).toMatch(new RegExp(`\\| \`?${name}\`?[^|]*\\| ${value} \\|`));
    }
  });

  it.each([6, 30, 60, 120])('says what %i retries come to', (retries) => {
    const row = new RegExp(`^\\| ${retries} \\| (\\d+) s \\| (\\d+) s \\| (\\d+) s \\|$`, 'm').exec(
      page,
    );
    const [most, mean, nearlyAlways] = (row ?? []).slice(1).map(Number);
    expect(Math.round(waitsOf(retries, () => 1) / 1000)).toBe(most);
    const random = seeded(1);
    const outages = Array.from({ length: 1000 }, () => waitsOf(retries, random) / 1000);
    outages.sort((a, b) => a - b);
    const average = outages.reduce((sum, each) => sum + each, 0) / outages.length;
    expect(Math.abs(average / (mean ?? 0) - 1)).toBeLessThan(0.05);
    expect(Math.abs((outages[10] ?? 0) / (nearlyAlways ?? 0) - 1)).toBeLessThan(0.25);
  });
});

/** Milliseconds that all waits for a server add up to. */
function waitsOf(retries: number, random: () => number): number {
  const verdict = classifyNetworkError(Object.assign(new Error(), { code: 'ECONNREFUSED' }));
  const failure = {
    verdict,
    error: new EmbeddingError('ENDPOINT_UNREACHABLE', ''),
    retryAfterMs: null,
  };
  const limits = { retries, timeoutRetries: 1, waitForServer: true };
  let waited = 0;
  for (let attempt = 1; ; attempt++) {
    const decision = decideRetry(failure, attempt, limits, random);
    if (!decision.retry) return waited;
    waited += decision.waitMs;
  }
}

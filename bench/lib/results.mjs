/** Writes what a case measured where the docs quote it from. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toMarkdown } from './tables.mjs';

const FOLDER = fileURLToPath(new URL('../results/', import.meta.url));

/**
 * Writes `bench/results/<name>.md`.
 *
 * @param result `{ tables, notes }` of a case
 * @param about `name` of the file, `explains` of the case, `command` that repeats it, `machine` lines
 * @returns the path
 */
export function writeResults({ tables, notes = [] }, { name, explains, command, machine }) {
  const parts = [
    `# ${name}`,
    explains,
    `Written by \`${command}\`; do not edit.`,
    machine.map((line) => `- ${line}`).join('\n'),
    ...tables.map(toMarkdown),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ];
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}${name}.md`, `${parts.join('\n\n')}\n`);
  return `bench/results/${name}.md`;
}

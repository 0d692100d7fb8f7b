/** The whole command line: every command, flag and help. What they do is loaded when they run. */
import { Option } from 'commander';
import {
  CHUNK_OPTIONS,
  FILTER_OPTIONS,
  RERANK_OPTIONS,
  SEED_OPTIONS,
  SERVER_OPTIONS,
  SPACE_OPTIONS,
} from '../model/options.ts';
import { doctor } from '../service/operations/doctor.ts';
import { documents } from '../service/operations/documents.ts';
import { evaluate } from '../service/operations/eval.ts';
import { index } from '../service/operations/index.ts';
import { models } from '../service/operations/models.ts';
import { optimize } from '../service/operations/optimize.ts';
import { read } from '../service/operations/read.ts';
import { remove } from '../service/operations/remove.ts';
import { status } from '../service/operations/status.ts';
import type { CommandDefinition } from './command.ts';
import { main, type Run } from './main.ts';
import { LIKE, SEARCH } from './search-commands.ts';

const json = (help: string) => (): readonly Option[] => [new Option('--json', help)];

const INDEX: CommandDefinition = {
  operation: index,
  argument: ['[sources...]', 'folders, files or globs; none means all that the corpus has'],
  options: { ...SPACE_OPTIONS, ...SERVER_OPTIONS },
  flags: json('print the summary as JSON'),
  examples: [
    'umekomi index ./docs ./notes',
    `umekomi index ./docs --exclude 'drafts/**'`,
    `umekomi index 'docs/**/*.md'`,
    'umekomi index --dry-run',
    'umekomi index --rebuild --model bge-m3',
  ],
  load: async () => (await import('./commands/index.ts')).runIndex,
};

const GET: CommandDefinition = {
  operation: read,
  name: 'get',
  argument: ['<path[:lines]>', 'a document and lines of it, or the uri of a hit'],
  flags: json('print it as JSON'),
  examples: [
    'umekomi get docs/guide.md',
    'umekomi get docs/guide.md:40-60',
    `umekomi get 'umekomi://docs/guide.md#L40-60'`,
  ],
  load: async () => (await import('./commands/get.ts')).runGet,
};

const LS: CommandDefinition = {
  operation: documents,
  name: 'ls',
  argument: ['[glob]', 'only documents whose path matches'],
  flags: () => [
    new Option('--json', 'print one JSON document').conflicts('jsonl'),
    new Option('--jsonl', 'print one JSON object a document'),
  ],
  examples: ['umekomi ls', `umekomi ls 'guide/**' --since 2026-01-01`],
  load: async () => (await import('./commands/ls.ts')).runLs,
};

const REMOVE: CommandDefinition = {
  operation: remove,
  argument: ['<path>', 'on disk or inside a source; nothing on disk is touched'],
  examples: [
    'umekomi remove ./notes                   a source, with all that came from it',
    'umekomi remove docs/drafts               left out from now on',
  ],
  load: async () => (await import('./commands/remove.ts')).runRemove,
};

const OPTIMIZE: CommandDefinition = {
  operation: optimize,
  flags: json('print what it came to as JSON'),
  examples: ['umekomi optimize'],
  load: async () => (await import('./commands/optimize.ts')).runOptimize,
};

const STATUS: CommandDefinition = {
  operation: status,
  flags: json('print it as JSON'),
  examples: ['umekomi status'],
  load: async () => (await import('./commands/status.ts')).runStatus,
};

const DOCTOR: CommandDefinition = {
  operation: doctor,
  flags: json('print what was found as JSON'),
  examples: ['umekomi doctor', 'umekomi doctor --offline --repair'],
  load: async () => (await import('./commands/doctor.ts')).runDoctor,
};

const EVAL: CommandDefinition = {
  operation: evaluate,
  argument: [
    '[set]',
    'a folder with queries.jsonl and qrels.tsv, or a file of queries with answers',
  ],
  options: {
    split: {
      type: 'text',
      placeholder: 'name',
      help: 'the part of the set to ask, such as dev',
    },
    ...CHUNK_OPTIONS,
    ...SEED_OPTIONS,
    ...FILTER_OPTIONS,
    ...RERANK_OPTIONS,
  },
  flags: () => [
    new Option('--from-corpus', 'ask sentences of the corpus back: a smoke test without a set'),
    new Option('--ranks', 'print the place of every answer of every query as well'),
    new Option(
      '--compare <files...>',
      'compare two runs that were kept with --json, or modes of one',
    ),
    new Option('--json', 'print the figures and the scores of every query as JSON'),
  ],
  examples: [
    'umekomi eval questions.jsonl             ask the corpus of this folder',
    'umekomi eval ./jsquad --split dev --model bge-m3 --json > bge-m3.json',
    'umekomi eval --from-corpus               is what was indexed found again?',
    'umekomi eval --compare builtin.json bge-m3.json',
  ],
  load: async () => (await import('./commands/eval.ts')).runEval,
};

const MODELS: CommandDefinition = {
  operation: models,
  flags: json('print them as JSON'),
  examples: ['umekomi models --endpoint http://localhost:3000'],
  load: async () => (await import('./commands/models.ts')).runModels,
};

/** Runs any command. */
export const run: Run = (args, world, version) =>
  main(args, world, {
    version,
    commands: [
      ...[INDEX, SEARCH, LIKE, GET, LS, REMOVE, OPTIMIZE],
      ...[STATUS, DOCTOR, EVAL, MODELS],
    ],
  });

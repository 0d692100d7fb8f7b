/** Flags that several commands share, each defined once with its help. */
import { InvalidArgumentError, Option } from 'commander';
import type { SearchMode } from '../index.ts';
import { parseDate, type Span } from './dates.ts';
import { CONTEXT_LINES, COSINE, describeRange, HITS, isWithin, type Range } from './numbers.ts';

/** A parser for numbers: `-k abc` is an error, not the default. */
export function numberIn(range: Range): (text: string) => number {
  const form = range.whole ? /^\d+$/ : /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
  return (text) => {
    const value = Number(text);
    if (!form.test(text) || !isWithin(value, range)) {
      throw new InvalidArgumentError(`It must be ${describeRange(range)}.`);
    }
    return value;
  };
}

/** A parser for names: an empty one is a variable that was not set, not a wish. */
export function notBlank(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/** Collects a repeatable flag. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** A parser for dates: the moment where they begin, or where they end. */
export function dateAt(side: keyof Span): (text: string) => number {
  return (text) => {
    const span = parseDate(text);
    if (span !== null) return span[side];
    throw new InvalidArgumentError(
      'It must be a date such as 2026-03-12, or a date and time such as 2026-03-12T09:30.',
    );
  };
}

/** How passages are found; only `search` can choose. */
export function modeOption(): Option {
  const modes: readonly SearchMode[] = ['semantic', 'lexical', 'hybrid'];
  return new Option('--mode <mode>', 'by meaning, by words, or by both (default: hybrid)').choices(
    modes,
  );
}

/** Flags about hits: `search` and `like` have them. */
export interface HitFlags {
  readonly k: number;
  readonly perDocument?: number;
  readonly context?: number;
  readonly path?: readonly string[];
  readonly source?: readonly string[];
  /** Milliseconds since 1970. */
  readonly since?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly until?: number;
  readonly where?: readonly string[];
  readonly minSimilarity?: number;
  readonly full?: boolean;
  readonly explain?: boolean;
  readonly exact?: boolean;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly files?: boolean;
  readonly 0?: boolean;
}

/** The options behind {@link HitFlags}. */
export function hitOptions(): readonly Option[] {
  return [...filterOptions(), ...outputOptions()];
}

/** What is looked for, and where. */
function filterOptions(): readonly Option[] {
  return [
    new Option('-k <n>', 'number of hits').argParser(numberIn(HITS)).default(10),
    new Option('--per-document <n>', 'at most so many hits of one document').argParser(
      numberIn(HITS),
    ),
    new Option(
      '--path <glob>',
      'only documents whose path matches; repeatable, ! in front takes out',
    ).argParser(collect),
    new Option('--source <path>', 'only documents of this source; repeatable').argParser(collect),
    new Option('--since <date>', 'only files changed then or later, such as 2026-03-12').argParser(
      dateAt('start'),
    ),
    new Option(
      '--until <date>',
      'only files changed before; a date without a time is included',
    ).argParser(dateAt('end')),
    new Option(
      '--where <key=value>',
      'only documents with this in their front matter, such as tags=recipe; repeatable',
    ).argParser(collect),
    new Option('--min-similarity <x>', 'leave out hits below this cosine (-1 … 1)').argParser(
      numberIn(COSINE),
    ),
    new Option('--exact', 'compare with every vector'),
  ];
}

/** What is printed of it. */
function outputOptions(): readonly Option[] {
  return [
    new Option('--context <n>', 'lines before and after each passage').argParser(
      numberIn(CONTEXT_LINES),
    ),
    new Option('--full', 'print whole passages'),
    new Option('--explain', 'print where each hit stood by meaning and by words'),
    new Option('--json', 'print one JSON document').conflicts(['jsonl', 'files', '0']),
    new Option('--jsonl', 'print one JSON object a hit').conflicts(['files', '0']),
    new Option('--files', "print the documents' paths only, each once"),
    new Option('-0', 'like --files, with NUL behind each path, for xargs -0'),
  ];
}

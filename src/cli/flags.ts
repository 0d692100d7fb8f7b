/** Flags that several commands share, each defined once with its help. */
import { InvalidArgumentError, Option } from 'commander';
import { COSINE, describeRange, HITS, isWithin, type Range } from './numbers.ts';

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

/** Flags about hits: `search` and `like` have them. */
export interface HitFlags {
  readonly k: number;
  readonly path?: readonly string[];
  readonly minSimilarity?: number;
  readonly full?: boolean;
  readonly exact?: boolean;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly files?: boolean;
  readonly 0?: boolean;
}

/** The options behind {@link HitFlags}. */
export function hitOptions(): readonly Option[] {
  return [
    new Option('-k <n>', 'number of hits').argParser(numberIn(HITS)).default(10),
    new Option(
      '--path <glob>',
      'only documents whose path matches; repeatable, ! in front takes out',
    ).argParser(collect),
    new Option('--min-similarity <x>', 'leave out hits below this cosine (-1 … 1)').argParser(
      numberIn(COSINE),
    ),
    new Option('--full', 'print whole passages'),
    new Option('--exact', 'compare with every vector'),
    new Option('--json', 'print one JSON document').conflicts(['jsonl', 'files', '0']),
    new Option('--jsonl', 'print one JSON object a hit').conflicts(['files', '0']),
    new Option('--files', "print the documents' paths only, each once"),
    new Option('-0', 'like --files, with NUL behind each path, for xargs -0'),
  ];
}

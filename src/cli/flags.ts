/** Flags that several commands share, each defined once with its help. */
import { InvalidArgumentError, Option } from 'commander';

/** A parser for whole numbers of at least `least`: `-k abc` is an error, not the default. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number, at least ${least}.`);
    }
    return value;
  };
}

/** A parser for numbers in a range. */
export function numberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most)) {
      throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
    }
    return value;
  };
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
    new Option('-k <n>', 'number of hits').argParser(wholeNumber(1)).default(10),
    new Option(
      '--path <glob>',
      'only documents whose path matches; repeatable, ! in front takes out',
    ).argParser(collect),
    new Option('--min-similarity <x>', 'leave out hits below this cosine (-1 … 1)').argParser(
      numberBetween(-1, 1),
    ),
    new Option('--full', 'print whole passages'),
    new Option('--exact', 'compare with every vector'),
    new Option('--json', 'print one JSON document').conflicts(['jsonl', 'files', '0']),
    new Option('--jsonl', 'print one JSON object a hit').conflicts(['files', '0']),
    new Option('--files', "print the documents' paths only, each once"),
    new Option('-0', 'like --files, with NUL behind each path, for xargs -0'),
  ];
}

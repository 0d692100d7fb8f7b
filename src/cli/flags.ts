/** Flags made of options: what an option takes and its help are in model/options, its spelling is here. */
import { InvalidArgumentError, Option } from 'commander';
import {
  describeRange,
  isWithin,
  type NumberSpec,
  type OptionSpec,
  type OptionSpecs,
  type OptionValues,
} from '../model/option-spec.ts';
import { parseDate, type Span } from './dates.ts';

/** The flags of a command line as commander has read them, by their names without dashes. */
export type Flags = Readonly<Record<string, unknown>>;

/** Options whose flags are not their names in another case. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['k', '-k'],
  ['paths', '--path'],
  ['sources', '--source'],
  ['modes', '--mode'],
  ['contextLines', '--context'],
  ['ignoreFiles', '--no-ignore'],
]);

/** Texts for which the empty one is a value; for others it is a variable that was not set. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['documentPrefix', 'queryPrefix']);

/** Lists for which an empty text is no item: given alone it makes the list empty. */
const MAY_BE_CLEARED: ReadonlySet<string> = new Set(['include', 'exclude']);

/** The flag of an option: `--per-document`, `-k`. */
export function flagOf(name: string): string {
  const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return SPELLINGS.get(name) ?? `--${kebab}`;
}

/** The flag of an option, for commander. */
export function toFlag(name: string, spec: OptionSpec): Option {
  const flag = flagOf(name);
  switch (spec.type) {
    case 'number':
      return new Option(`${flag} <${spec.placeholder}>`, helpOf(spec)).argParser(numberIn(spec));
    case 'flag':
      return new Option(flag, flag.startsWith('--no-') ? `do not ${spec.help}` : spec.help);
    case 'text': {
      const option = new Option(`${flag} <${spec.placeholder}>`, spec.help);
      return MAY_BE_EMPTY.has(name) ? option : option.argParser(notBlank);
    }
    case 'texts':
      return new Option(`${flag} <${spec.placeholder}>`, `${spec.help}; repeatable`).argParser(
        MAY_BE_CLEARED.has(name) ? collectOrClear : collect,
      );
    case 'choice':
      return new Option(`${flag} <${name}>`, helpOf(spec)).choices(spec.choices);
    case 'time':
      return name === 'until'
        ? dateFlag(flag, `${spec.help}; a date without a time is included`, 'end')
        : dateFlag(flag, `${spec.help}, such as 2026-03-12`, 'start');
  }
}

/** The flags of options, for commander. */
export function toFlags(specs: OptionSpecs): readonly Option[] {
  return Object.entries(specs).map(([name, spec]) => toFlag(name, spec));
}

/** The values of options whose flags were given. */
export function readOptions<Specs extends OptionSpecs>(
  flags: Flags,
  specs: Specs,
): OptionValues<Specs> {
  const given = Object.keys(specs).map((name) => [name, givenValue(flags, name)] as const);
  return Object.fromEntries(
    given.filter(([, value]) => value !== undefined),
  ) as OptionValues<Specs>;
}

/** commander says true of a `--no-` flag that was not given: then nothing was said. */
function givenValue(flags: Flags, name: string): unknown {
  const option = new Option(flagOf(name));
  const value = flags[option.attributeName()];
  return option.negate && value === true ? undefined : value;
}

function helpOf(spec: { readonly help: string; readonly default?: unknown }): string {
  return spec.default === undefined ? spec.help : `${spec.help} (default: ${spec.default})`;
}

/** A parser for numbers: `-k abc` is an error, not the default. */
function numberIn(spec: NumberSpec): (text: string) => number {
  const form = spec.whole ? /^\d+$/ : /^[+-]?(?:\d+\.?\d*|\.\d+)$/;
  return (text) => {
    const value = Number(text);
    if (!form.test(text) || !isWithin(spec, value)) {
      throw new InvalidArgumentError(`It must be ${describeRange(spec)}.`);
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
function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** As {@link collect}, where an empty text adds nothing: `--exclude ''` says that there are none. */
function collectOrClear(value: string, before: readonly string[] = []): readonly string[] {
  return value.trim() === '' ? before : collect(value, before);
}

/** A flag for a moment: where what was typed begins, or where it ends. */
function dateFlag(flag: string, help: string, side: keyof Span): Option {
  return new Option(`${flag} <date>`, help).argParser((text) => {
    const span = parseDate(text);
    if (span !== null) return span[side];
    throw new InvalidArgumentError(
      'It must be a date such as 2026-03-12, or a date and time such as 2026-03-12T09:30.',
    );
  });
}

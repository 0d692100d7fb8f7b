/** What an option is: what it takes, and whether a value is that. The options themselves are in options.ts. */
import { UsageError } from './errors.ts';

/** What an option takes. `help` is for people and says what it is, without its default. */
export type OptionSpec = NumberSpec | FlagSpec | TextSpec | TextsSpec | ChoiceSpec | TimeSpec;

/** A number; both limits are included. */
export interface NumberSpec {
  readonly type: 'number';
  readonly help: string;
  /** What it counts, for help: `n`, `tokens`, `seconds`. */
  readonly placeholder: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly default?: number | undefined;
}

/** A number with a default. */
export interface DefaultNumberSpec extends NumberSpec {
  readonly default: number;
}

/** True or false; left out it is neither, and what that means is the option's matter. */
export interface FlagSpec {
  readonly type: 'flag';
  readonly help: string;
}

/** A text. */
export interface TextSpec {
  readonly type: 'text';
  readonly help: string;
  readonly placeholder: string;
}

/** A list of texts. */
export interface TextsSpec {
  readonly type: 'texts';
  readonly help: string;
  readonly placeholder: string;
}

/** One of a few words. */
export interface ChoiceSpec<Value extends string = string> {
  readonly type: 'choice';
  readonly help: string;
  readonly choices: readonly Value[];
  /** What it mostly is when it is left out, for help. */
  readonly default?: Value | undefined;
}

/** Milliseconds since 1970. */
export interface TimeSpec {
  readonly type: 'time';
  readonly help: string;
}

/** Options by name. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** What a valid value of an option is. */
type OptionValue<Spec extends OptionSpec> = Spec extends NumberSpec | TimeSpec
  ? number
  : Spec extends FlagSpec
    ? boolean
    : Spec extends TextsSpec
      ? readonly string[]
      : Spec extends ChoiceSpec<infer Value>
        ? Value
        : string;

/** Values of options, each of which may be left out. */
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]?: OptionValue<Specs[Name]> | undefined;
};

/** `a whole number, at least 1`, `a number from -1 to 1`. */
export function describeRange({ min, max, whole }: NumberSpec): string {
  const kind = whole ? 'whole number' : 'number';
  return max === Number.MAX_SAFE_INTEGER
    ? `a ${kind}, at least ${min}`
    : `a ${kind} from ${min} to ${max}`;
}

/** What a value must be, for people. */
export function describeOption(spec: OptionSpec): string {
  switch (spec.type) {
    case 'number':
      return describeRange(spec);
    case 'flag':
      return 'true or false';
    case 'text':
      return 'a text';
    case 'texts':
      return 'a list of texts';
    case 'choice':
      return `one of ${spec.choices.join(', ')}`;
    case 'time':
      return 'a time in milliseconds since 1970';
  }
}

/** True if a value is what an option takes. */
export function isValid(spec: OptionSpec, value: unknown): boolean {
  switch (spec.type) {
    case 'number':
      return typeof value === 'number' && isWithin(spec, value);
    case 'flag':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string';
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value);
    case 'time':
      // The most that a Date holds: 100 million days on either side of 1970 (ECMA-262, "Time Values").
      return typeof value === 'number' && Math.abs(value) <= 8.64e15;
  }
}

/** True if a number is within the limits. */
export function isWithin({ min, max, whole }: NumberSpec, value: number): boolean {
  return value >= min && value <= max && (!whole || Number.isSafeInteger(value));
}

/**
 * Checks options of a call. Options that are undefined count as left out; unknown ones are refused, since
 * a misspelt filter would be none.
 *
 * @param others names that are no options of this kind, such as `signal`
 * @throws UsageError `USAGE`, with the names in its remedy
 */
export function checkOptions(
  given: object,
  specs: OptionSpecs,
  others: readonly string[] = [],
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new UsageError('USAGE', 'Options are an object.');
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || others.includes(name)) continue;
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      const known = [...Object.keys(specs), ...others].join(', ');
      throw invalid(name, `There is no option ${shown(name)} here; there are ${known}.`);
    }
    if (!isValid(spec, value)) throw invalid(name, `${name} must be ${describeOption(spec)}.`);
  }
}

function invalid(name: string, message: string): UsageError {
  return new UsageError('USAGE', message, { remedy: { code: 'options', options: [name] } });
}

/** Part of a name that may be anything. */
function shown(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name);
}

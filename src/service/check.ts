/** Checks of what operations are given, before anything is done: a program may pass anything. */
import { UsageError } from '../model/errors.ts';
import { checkOptions, type OptionSpecs } from '../model/option-spec.ts';
import type { Reranker } from '../model/types.ts';
import type { Store } from '../store/store.ts';

/** What every operation may be given. */
export interface Abortable {
  /** Abandons the call. */
  readonly signal?: AbortSignal | undefined;
}

/** Names of what is no option of an operation. */
export interface OtherParams {
  /** Checked by the operation itself. */
  readonly own?: readonly string[];
  readonly listeners?: readonly string[];
}

/**
 * Checks options, listeners and the signal.
 *
 * @throws UsageError `USAGE`; `ABORTED` if the signal was aborted already
 */
export function checkParams(
  params: object,
  specs: OptionSpecs,
  { own = [], listeners = [] }: OtherParams = {},
): void {
  checkOptions(params, specs, [...own, ...listeners, 'signal']);
  const given = params as Readonly<Record<string, unknown>>;
  for (const name of listeners) {
    const listener = given[name];
    if (listener !== undefined && typeof listener !== 'function') {
      throw new UsageError('USAGE', `${name} must be a function.`);
    }
  }
  const signal = given['signal'];
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new UsageError('USAGE', 'signal must be an AbortSignal.');
  }
  if (signal?.aborted === true) {
    const message = 'The signal was aborted before anything was done.';
    throw new UsageError('ABORTED', message, { cause: signal.reason });
  }
}

/** @throws UsageError `USAGE` if a value is no text, or has nothing in it */
export function requireText(name: string, value: unknown): void {
  if (typeof value === 'string' && value.trim() !== '') return;
  throw new UsageError('USAGE', `${name} must be a text that is not empty.`);
}

/** @throws UsageError `USAGE` if a value is given and is no reranker */
export function requireReranker(value: unknown): void {
  if (value === undefined) return;
  const { name, rerank } = (value ?? {}) as Partial<Reranker>;
  if (typeof name === 'string' && typeof rerank === 'function') return;
  const message = 'reranker must be an object with a name and a function rerank.';
  throw new UsageError('USAGE', message);
}

/** @throws UsageError `USAGE` if a value is no whole number from 1, such as a line of a document */
export function requireCount(name: string, value: unknown): void {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return;
  throw new UsageError('USAGE', `${name} must be a whole number, at least 1.`);
}

/**
 * Options of a method and its arguments in one object, as operations take them.
 *
 * @throws UsageError `USAGE` if the options are something else than an object
 */
export function joinParams<Options extends object, Own extends object>(
  options: Options,
  own: Own,
): Options & Own {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new UsageError('USAGE', 'Options are an object.');
  }
  return { ...options, ...own };
}

/** @throws UsageError `USAGE` if the corpus was opened for reading */
export function requireWritable({ isReadOnly, path }: Store): void {
  if (!isReadOnly) return;
  throw new UsageError('USAGE', `${path} was opened for reading only.`);
}

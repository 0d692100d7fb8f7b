/**
 * What is asked of the server and the store, a line each, for `--debug`. Names, numbers and times only:
 * never a text, a key or what a URL holds besides its place. Loaded only when it is asked for.
 */
import type { Fetch, FetchInit } from '../server/http.ts';
import type { CorpusContext } from '../service/operation.ts';

/** Where a line goes. */
type Log = (line: string) => void;

/** A fetch that says what it sends and how it was answered. */
export function tracedFetch(fetch: Fetch, log: Log): Fetch {
  return async (url, init) => {
    const begin = performance.now();
    const request = `${init.method} ${placeOf(url)}${textsOf(init)}`;
    try {
      const answer = await fetch(url, init);
      log(`${request}: ${answer.status} in ${since(begin)}`);
      return answer;
    } catch (error) {
      log(`${request}: ${nameOf(error)} after ${since(begin)}`);
      throw error;
    }
  };
}

/** A store that says which of its methods are called, and how much they give. */
export function tracedStore(store: CorpusContext['store'], log: Log): CorpusContext['store'] {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: readonly unknown[]): unknown =>
        traced(String(name), value.apply(target, given), log);
    },
  });
}

function traced(name: string, given: unknown, log: Log): unknown {
  const begin = performance.now();
  if (isIterable(given)) return counted(given, (count) => log(line(name, begin, count)));
  if (!(given instanceof Promise)) return given;
  return given.then(
    (result: unknown) => {
      log(line(name, begin, Array.isArray(result) ? result.length : null));
      return result;
    },
    (error: unknown) => {
      log(`store ${name}: ${nameOf(error)} after ${since(begin)}`);
      throw error;
    },
  );
}

async function* counted<T>(
  items: AsyncIterable<T>,
  done: (count: number) => void,
): AsyncIterable<T> {
  let count = 0;
  try {
    for await (const item of items) {
      count += 1;
      yield item;
    }
  } finally {
    done(count);
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function line(name: string, begin: number, count: number | null): string {
  const items = count === null ? '' : `, ${count} ${count === 1 ? 'item' : 'items'}`;
  return `store ${name}: ${since(begin)}${items}`;
}

/** Scheme, host and path: user, password and query may be secret. */
function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** `, 32 texts` of a request to embed. */
function textsOf({ body }: FetchInit): string {
  if (body === undefined) return '';
  const { input } = JSON.parse(body) as { readonly input?: unknown };
  return Array.isArray(input) ? `, ${input.length} ${input.length === 1 ? 'text' : 'texts'}` : '';
}

/** The code of an error or its kind; its message may hold anything. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

function since(begin: number): string {
  return `${(performance.now() - begin).toFixed(1)} ms`;
}

/** What can go wrong on demand, and when. */

export type FaultAction =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string | object;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The socket is destroyed before any answer. */
  | { readonly kind: 'cut' }
  /** Half of the answer, then the socket is destroyed. */
  | { readonly kind: 'cut-body' }
  /** The right answer, so many milliseconds late. */
  | { readonly kind: 'late'; readonly milliseconds: number }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** What a NaN in the model looks like in this version: a 500, or an all-zero vector. */
  | { readonly kind: 'nan' }
  | { readonly kind: 'zero' }
  /** One vector less than inputs. */
  | { readonly kind: 'fewer' }
  /** Other vectors than the right ones: in another order, one for all, rounded. */
  | {
      readonly kind: 'change';
      readonly change: (vectors: readonly number[][]) => readonly (readonly number[])[];
    }
  | { readonly kind: 'dimensions'; readonly dimensions: number }
  /** What happens in the middle of a chat answer. */
  | { readonly kind: 'stream'; readonly how: StreamFault };

export interface StreamFault {
  /** Pieces of the answer before it happens. @default all */
  readonly after?: number;
  readonly what: /** A line with an error, and the end. */
    | 'error'
    /** The end, without the line that says so. */
    | 'no-end'
    /** The socket is destroyed. */
    | 'cut'
    /** Nothing more, ever. */
    | 'hang'
    /** A full context, or `num_predict`. */
    | 'length'
    /** A reason without `done`. */
    | 'no-done'
    /** The model was unloaded instead. */
    | 'unload';
  /** The text of `error`. */
  readonly error?: string;
}

export interface Fault {
  readonly do: FaultAction;
  /** Only the n-th embed request, from 1. */
  readonly request?: number;
  /** Only if one of the texts is meant; `nan`, `zero` and `dimensions` then hit those texts. */
  readonly text?: (text: string) => boolean;
  /** Only requests to paths that end so. @default '/api/embed' */
  readonly path?: string;
  /** How many times. @default without end */
  readonly times?: number;
}

/** Refuses texts as Ollama does that are longer than the model reads. */
export function tooLong(text: (text: string) => boolean): Fault {
  const body = { error: 'the input length exceeds the context length' };
  return { do: { kind: 'answer', status: 400, body }, text };
}

/** The faults of a server; counts how often each has struck. */
export class Faults {
  readonly #faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** The fault for a request, which is thereby used up once. */
  take(path: string, embedNumber: number, texts: readonly string[]): Fault | null {
    for (const each of this.#faults) {
      const { fault } = each;
      const fits =
        each.left > 0 &&
        path.endsWith(fault.path ?? '/api/embed') &&
        (fault.request === undefined || fault.request === embedNumber) &&
        (fault.text === undefined || texts.some(fault.text));
      if (!fits) continue;
      each.left--;
      return fault;
    }
    return null;
  }
}

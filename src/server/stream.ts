/**
 * One request whose answer comes piece by piece. It ends early in three ways: the caller's signal, a time
 * within which nothing came, or a reader that leaves. Each ends the request at the server as well.
 */
import {
  type Answer,
  type Call,
  type Fetch,
  MAX_ANSWER_BYTES,
  type Outcome,
  readBody,
  toAnswer,
  toInit,
} from './http.ts';

/** One request. `timeoutMs` is how long the first byte of a success may take, or the whole of an error. */
export type StreamCall = Omit<Call, 'maxBytes'>;

/** What a call comes to: an open stream with its first bytes, or why there is none. */
export type StreamOutcome = { readonly kind: 'open'; readonly stream: AnswerStream } | Outcome;

/** A stream must end: a hundred thousand tokens, each in a frame of its own, take half of it. */
const MAX_STREAM_BYTES: number = 64 * 1024 * 1024;

const ACCEPT = 'application/x-ndjson, text/event-stream, application/json';

/**
 * Sends a request and waits for the first byte of its answer. Redirects are not followed.
 *
 * @throws the signal's reason when it aborts.
 */
export async function openStream(fetch: Fetch, call: StreamCall): Promise<StreamOutcome> {
  call.signal?.throwIfAborted();
  const patience = new Patience(call.signal);
  patience.expectWithin(call.timeoutMs);
  let isOpen = false;
  try {
    const response = await fetch(call.url, toInit(call, patience.signal, ACCEPT));
    if (response.status < 200 || response.status >= 300) {
      const body = await readBody(response, MAX_ANSWER_BYTES);
      return body === null
        ? { kind: 'endless' }
        : { kind: 'answer', answer: toAnswer(response, body, call.secrets) };
    }
    const pieces = piecesOf(response.body ?? wholeText(response))[Symbol.asyncIterator]();
    const first = await pieces.next();
    const { contentType } = toAnswer(response, '', []);
    isOpen = true;
    const stream = new AnswerStream({
      contentType,
      first,
      pieces,
      patience,
      secrets: call.secrets,
    });
    return { kind: 'open', stream };
  } catch (error) {
    call.signal?.throwIfAborted();
    return patience.isOver ? { kind: 'timeout' } : { kind: 'network', error };
  } finally {
    if (!isOpen) patience.end();
  }
}

interface StreamParts {
  readonly contentType: Answer['contentType'];
  readonly first: IteratorResult<Uint8Array, undefined>;
  readonly pieces: AsyncIterator<Uint8Array, undefined>;
  readonly patience: Patience;
  readonly secrets: readonly string[];
}

/** The answer that is coming. Whoever has it closes it. */
export class AnswerStream {
  /** Lower case, without parameters; '' if there is none. */
  readonly contentType: string;
  /** Are taken out of whatever is read. */
  readonly secrets: readonly string[];
  readonly #parts: StreamParts;

  constructor(parts: StreamParts) {
    this.contentType = parts.contentType;
    this.secrets = parts.secrets;
    this.#parts = parts;
  }

  /** Whether it is over without a byte. */
  get isEmpty(): boolean {
    return this.#parts.first.done === true;
  }

  /** Whether it ended because nothing came in time. */
  get isTimedOut(): boolean {
    return this.#parts.patience.isOver;
  }

  /** Starts the time anew, in milliseconds; null stops it while the reader is busy with what came. */
  expectWithin(milliseconds: number | null): void {
    this.#parts.patience.expectWithin(milliseconds);
  }

  /**
   * The bytes as they come. Once only.
   *
   * @throws whatever `fetch` throws when the connection is cut, ended by time or by the signal
   */
  async *bytes(): AsyncGenerator<Uint8Array, undefined> {
    const { first, pieces } = this.#parts;
    let length = 0;
    for (let piece = first; !piece.done; piece = await pieces.next()) {
      length += piece.value.length;
      if (length > MAX_STREAM_BYTES) throw new Error('The answer has no end.');
      yield piece.value;
    }
  }

  /** Ends the request at the server, if it is not over. */
  close(): void {
    this.#parts.patience.end();
  }
}

/** The time that is left and the caller's signal, as one signal for the request. */
class Patience {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #abandon = (): void => this.#controller.abort();
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(caller: AbortSignal | undefined) {
    this.#caller = caller;
    caller?.addEventListener('abort', this.#abandon, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time ran out. */
  get isOver(): boolean {
    return this.#isOver;
  }

  expectWithin(milliseconds: number | null): void {
    clearTimeout(this.#timer);
    if (milliseconds === null || this.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort();
    }, milliseconds);
  }

  /** Timer and listener are gone, and so is the request. */
  end(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#abandon);
    this.#controller.abort();
  }
}

async function* piecesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of body) if (piece.length > 0) yield piece;
}

/** A `fetch` without streams gives the answer at once. */
async function* wholeText(response: { text(): Promise<string> }): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(await response.text());
}

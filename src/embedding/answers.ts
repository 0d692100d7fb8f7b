/**
 * The answers of one model, looked at: the first texts are asked for with a known word among them, until one
 * answer was right; later answers are vouched for by the word alone when a run ends.
 */
import { EmbeddingError } from '../model/errors.ts';
import { placeOf } from '../server/connection.ts';
import { memoize } from '../server/memoize.ts';
import { PROBE_TEXT, requestVectors } from './embed-request.ts';
import { type FoundModel, probe } from './resolve-model.ts';
import { amongKnown, findSpotFault, type SpotFault } from './spot-check.ts';

type Signal = AbortSignal | undefined;
type Vectors = readonly Float32Array[];

/** What a model answers to documents. */
export class Answers {
  readonly #found: FoundModel;
  readonly #dimensions: number | undefined;
  readonly #alone = memoize((signal) => this.#askAlone(signal));
  #isChecked = false;
  /** Whether there were answers since one was looked at. */
  #hasOthers = false;

  /** @param dimensions as asked for; undefined for the model's own */
  constructor(found: FoundModel, dimensions: number | undefined) {
    this.#found = found;
    this.#dimensions = dimensions;
  }

  /**
   * Vectors of documents.
   *
   * @param verify throws if it was another model that answered
   * @throws EmbeddingError as `requestVectors`, and `VECTORS_INVALID` if the known word shows that they are wrong
   */
  async embed(
    texts: readonly string[],
    signal: Signal,
    verify: () => Promise<void>,
  ): Promise<Vectors> {
    if (this.#isChecked || texts.length === 1) return this.#embedUnseen(texts, signal, verify);
    const { sent, start, end, rest } = amongKnown(texts);
    const vectors = await this.#request(sent, sent.length - (end - start), signal);
    const alone = await this.#alone(signal);
    await verify();
    this.#require(findSpotFault(sent, vectors, alone));
    this.#isChecked = true;
    const own = vectors.slice(start, end);
    return rest.length === 0 ? own : [...own, ...(await this.#embedUnseen(rest, signal, verify))];
  }

  /** Answers that nobody looks at. */
  async #embedUnseen(
    texts: readonly string[],
    signal: Signal,
    verify: () => Promise<void>,
  ): Promise<Vectors> {
    const vectors = await this.#request(texts, 0, signal);
    await verify();
    this.#hasOthers = true;
    return vectors;
  }

  /**
   * Asks for the known word again, if there were answers that nobody looked at.
   *
   * @throws EmbeddingError `VECTORS_INVALID` if it has another vector now
   */
  async check(signal: Signal): Promise<void> {
    if (!this.#hasOthers) return;
    const alone = await this.#alone(signal);
    this.#require(findSpotFault([PROBE_TEXT], [await this.#requestAlone(signal)], alone));
    this.#hasOthers = false;
  }

  /** @param known how many of the texts nobody waits for */
  async #request(texts: readonly string[], known: number, signal: Signal): Promise<Vectors> {
    const { client, identity } = this.#found;
    const { model, documentPrompt } = identity;
    const request = {
      ...{ model, known, dimensions: this.#dimensions, signal },
      texts: texts.map((text) => documentPrompt + text),
    };
    return requestVectors(client, request, identity.dimensions);
  }

  async #askAlone(signal: Signal): Promise<Float32Array> {
    return this.#found.probe ?? this.#requestAlone(signal);
  }

  #requestAlone(signal: Signal): Promise<Float32Array> {
    const { client, identity } = this.#found;
    return probe(client, { ...identity, dimensions: this.#dimensions, signal });
  }

  #require(fault: SpotFault | null): void {
    if (fault === null) return;
    const { client, identity } = this.#found;
    const where = placeOf(client.connection, identity.model);
    const message = `${where}: ${WORDS[fault]}. Update the server, and whatever stands before it, or use another one.`;
    throw new EmbeddingError('VECTORS_INVALID', message);
  }
}

const WORDS: Readonly<Record<SpotFault, string>> = {
  mixed:
    'a known word has another vector than it had alone: answers come in another order than the texts, or are computed wrongly',
  alike: 'texts that differ have the same vector',
  'whole-numbers': 'its vectors are whole numbers: they were rounded on their way',
};

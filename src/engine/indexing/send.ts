/** Sends inputs to the embedder and commits what comes back. */
import { type EmbeddedBatch, embedAll } from '../../embedding/embed-all.ts';
import { EmbeddingError } from '../../model/errors.ts';
import type { EmbeddingInput } from '../../store/writing-types.ts';
import { requireUnchanged } from '../same-space.ts';
import { type Run, report } from './context.ts';
import type { DocumentWriter } from './document-writer.ts';
import { gather, groupSize, MAX_WAIT_MS } from './gather.ts';

/** Inputs to embed, in the order in which they are sent. */
type Inputs = AsyncIterable<EmbeddingInput> | Iterable<EmbeddingInput>;

/** Embeds inputs and those that come up meanwhile, until nothing more comes up. A dry run only counts them. */
export async function send(run: Run, inputs: Inputs, writer: DocumentWriter): Promise<void> {
  if (run.request.dryRun) {
    for await (const input of inputs) writer.pretend(input);
    return;
  }
  let next = inputs;
  for (;;) {
    for await (const group of answers(run, next, writer)) {
      await writer.commit(group);
      report(run);
    }
    const queued = writer.takeQueued();
    if (queued.length === 0) return;
    next = queued;
  }
}

/**
 * Has the embedder vouch for what a pass has embedded. One that cannot be asked any more is no reason to
 * leave the run unfinished.
 *
 * @throws EmbeddingError `VECTORS_INVALID`
 */
export async function spotCheck({ request: { embedder, signal } }: Run): Promise<void> {
  try {
    await embedder.spotCheck?.({ signal });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof EmbeddingError && error.code === 'VECTORS_INVALID') throw doubtful(error);
  }
}

function doubtful(cause: EmbeddingError): EmbeddingError {
  const message = `${cause.message} It worked when this run began, so vectors that this run has stored may be wrong: when the server works again, delete the corpus and index anew.`;
  return new EmbeddingError('VECTORS_INVALID', message, { cause });
}

/** What the embedder answers, in groups to be stored. */
function answers(
  run: Run,
  inputs: Inputs,
  writer: DocumentWriter,
): AsyncIterable<EmbeddedBatch<EmbeddingInput>> {
  const { embedder, limits, signal } = run.request;
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const batches = embedAll(embedder, inputs, { ...limits, signal: either });
  return gather(ofOneSpace(run, batches), {
    minSize: () => groupSize(writer.vectors),
    waitMs: MAX_WAIT_MS,
    abandon: () => stop.abort(),
  });
}

/** Asks behind every answer whether it is still of the space that the run fills. */
async function* ofOneSpace<T>(
  { space, request: { embedder, signal } }: Run,
  batches: AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const batch of batches) {
    await requireUnchanged(space, embedder, signal);
    yield batch;
  }
}

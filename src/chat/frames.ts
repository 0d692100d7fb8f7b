/** From bytes to the frames of an answer: lines of NDJSON, or the data of server-sent events. */
import { createParser } from 'eventsource-parser';

/**
 * Lines, whatever the borders of the pieces: inside a line, or inside a character. Empty lines are left out;
 * the last one needs no line end.
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  // Gathered in parts: a line that comes byte by byte is not copied byte by byte.
  let parts: string[] = [];
  const close = (end: string): string => {
    const line = [...parts, end].join('').trim();
    parts = [];
    return line;
  };
  for await (const piece of pieces) {
    const lines = decoder.decode(piece, { stream: true }).split('\n');
    const rest = lines.pop() ?? '';
    for (const end of lines) {
      const line = close(end);
      if (line !== '') yield line;
    }
    parts.push(rest);
  }
  const last = close(decoder.decode());
  if (last !== '') yield last;
}

/**
 * The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A line of
 * JSON without a field is a frame as well: some servers write an error so. So is an answer that is one JSON
 * object, from servers that do not stream.
 */
export async function* eventsOf(
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let frames: string[] = [];
  const parser = createParser({
    onEvent: ({ data }) => frames.push(data),
    onError: ({ line }) => {
      if (line?.trimStart().startsWith('{')) frames.push(line.trim());
    },
  });
  const taken = (): readonly string[] => {
    const ready = frames;
    frames = [];
    return ready;
  };
  for await (const piece of pieces) {
    parser.feed(decoder.decode(piece, { stream: true }));
    yield* taken();
  }
  // The last event may lack its empty line.
  parser.feed(`${decoder.decode()}\n\n`);
  yield* taken();
}

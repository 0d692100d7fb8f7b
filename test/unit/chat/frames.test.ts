/** Frames do not depend on where the pieces of an answer begin and end. */
import { describe, expect, it } from 'vitest';
import { eventsOf, linesOf } from '../../../src/chat/frames.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(frames: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const frame of frames) all.push(frame);
  return all;
}

const SIZES = [1, 2, 3, 5, 7, 1000];

describe('lines', () => {
  it.each(SIZES)('are whole in pieces of %i bytes', async (size) => {
    const text = '{"a":"青い空"}\r\n\n{"b":"𠮷😀"}\n{"c":1}';
    const lines = ['{"a":"青い空"}', '{"b":"𠮷😀"}', '{"c":1}'];
    expect(await collect(linesOf(inPieces(text, size)))).toEqual(lines);
  });
});

describe('events', () => {
  it.each(SIZES)('are whole in pieces of %i bytes', async (size) => {
    const text =
      ': ping\n\ndata: {"a":"青い空"}\n\nevent: x\ndata: {"b":\ndata: 1}\n\n{"error":"e"}\ndata: [DONE]';
    const frames = ['{"a":"青い空"}', '{"b":\n1}', '{"error":"e"}', '[DONE]'];
    expect(await collect(eventsOf(inPieces(text, size)))).toEqual(frames);
  });
});

/**
 * A stand-in for Ollama as a process of its own, for cases of indexing: vectors are JSON that was
 * prepared, so that it costs nearly no CPU, and texts take their time one after the other, whatever
 * is in flight, as in Ollama. It tells how long it was busy.
 *
 *     const server = await startEmbedServer({ dimensions: 1024, msPerText: 10 });
 *     await server.take()    // figures since the last call
 *     server.stop();
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seeded } from './random.mjs';

export const BENCH_MODEL = 'bge-m3:latest';

/** Different vectors that it has: neighbours do not matter here. */
const VECTORS = 256;

/** Starts it. @param msPerText milliseconds for one text; 0 answers at once */
export async function startEmbedServer({ dimensions = 1024, msPerText = 0 } = {}) {
  const child = fork(fileURLToPath(import.meta.url), [String(dimensions), String(msPerText)]);
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`The stand-in server ended with ${code}.`)));
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    take: () => {
      child.send('take');
      return new Promise((resolve) => child.once('message', resolve));
    },
    stop: () => child.kill(),
  };
}

function serve(dimensions, msPerText) {
  const vectors = prepareVectors(dimensions);
  let figures = noFigures();
  let turn = Promise.resolve();
  let nextVector = 0;

  const embed = async (body) => {
    const { input } = JSON.parse(body);
    const count = Array.isArray(input) ? input.length : 1;
    const arrived = performance.now();
    figures.firstMs ??= arrived;
    const before = turn;
    turn = before.then(async () => {
      const begin = performance.now();
      if (msPerText > 0) await wait(count * msPerText);
      // At once: busy is the time from its arrival until the answer is made.
      figures.busyMs += performance.now() - (msPerText > 0 ? begin : arrived);
    });
    await turn;
    figures.embeds += 1;
    figures.texts += count;
    figures.lastMs = performance.now();
    const parts = [HEAD];
    for (let index = 0; index < count; index += 1) {
      if (index > 0) parts.push(COMMA);
      parts.push(vectors[nextVector++ % VECTORS]);
    }
    parts.push(TAIL);
    return Buffer.concat(parts);
  };

  const answer = async ({ method, url }, body) => {
    figures.requests += 1;
    switch (`${method} ${url}`) {
      case 'GET /api/version':
        return json({ version: '0.33.0' });
      case 'GET /api/tags':
        return json({ models: [listedModel(dimensions)] });
      case 'POST /api/show':
        return json({
          model_info: { 'bert.embedding_length': dimensions, 'bert.context_length': 8192 },
          capabilities: ['embedding'],
        });
      case 'POST /api/embed':
        return embed(body);
      default:
        return null;
    }
  };

  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = await answer(request, Buffer.concat(parts).toString('utf8'));
    const type = body === null ? 'text/plain' : 'application/json; charset=utf-8';
    const bytes = body ?? Buffer.from('404 page not found');
    response.writeHead(body === null ? 404 : 200, {
      'content-type': type,
      'content-length': bytes.length,
    });
    response.end(bytes);
  });
  process.on('message', () => {
    process.send(figures);
    figures = noFigures();
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
  process.on('disconnect', () => process.exit());
}

/** Milliseconds; the first and the last moment are of embed requests, on the server's own clock. */
const noFigures = () => ({
  ...{ requests: 0, embeds: 0, texts: 0, busyMs: 0 },
  ...{ firstMs: null, lastMs: null },
});

const HEAD = Buffer.from(`{"model":"${BENCH_MODEL}","embeddings":[`);
const COMMA = Buffer.from(',');
const TAIL = Buffer.from('],"total_duration":1,"load_duration":1,"prompt_eval_count":8}');

const json = (value) => Buffer.from(JSON.stringify(value));

function listedModel(dimensions) {
  return {
    name: BENCH_MODEL,
    model: BENCH_MODEL,
    modified_at: '2025-08-22T08:53:54.845553249Z',
    size: 1_157_672_605,
    digest: 'bench'.padEnd(64, '0'),
    details: {
      family: 'bert',
      families: ['bert'],
      context_length: 8192,
      embedding_length: dimensions,
    },
    capabilities: ['embedding'],
  };
}

/** Unit vectors as Ollama writes them: the shortest decimals that are the same float32. */
function prepareVectors(dimensions) {
  const random = seeded(7);
  return Array.from({ length: VECTORS }, () => {
    const values = Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
    const norm = Math.hypot(...values);
    return Buffer.from(`[${values.map((value) => shortest(Math.fround(value / norm))).join(',')}]`);
  });
}

function shortest(value) {
  for (let digits = 6; digits <= 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve(Number(process.argv[2]), Number(process.argv[3]));
}

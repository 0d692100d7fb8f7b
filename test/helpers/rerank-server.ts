/** A rerank server on loopback, as small as its wire: every answer is what a test says. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came. */
export interface SeenRerank {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What it answers; a string is sent as it is, anything else as JSON. */
export interface RerankAnswer {
  readonly status?: number;
  readonly body: unknown;
}

/** One that listens. */
export interface RerankStandIn {
  readonly url: string;
  readonly seen: readonly SeenRerank[];
  close(): void;
}

/** Starts one. */
export async function startRerankServer(
  answer: (seen: SeenRerank) => RerankAnswer,
): Promise<RerankStandIn> {
  const seen: SeenRerank[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8'));
      const one = { path: request.url ?? '', authorization: request.headers.authorization, body };
      seen.push(one);
      const { status = 200, body: given } = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof given === 'string' ? given : JSON.stringify(given));
    });
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => server.close().closeAllConnections(),
  };
}

/** Answers as Cohere and Jina do, best first, by a score for each text. */
export function scoring(score: (text: string) => number): (seen: SeenRerank) => RerankAnswer {
  return ({ body }) => {
    const results = (body['documents'] as readonly string[])
      .map((text, index) => ({ index, relevance_score: score(text) }))
      .sort((a, b) => b.relevance_score - a.relevance_score);
    return { body: { results } };
  };
}

/**
 * Everything that can go wrong with a server, as cards: every row of the wire tables and every way in which
 * a connection or a vector is bad. They are drawn without putting back, so that each one has its turn.
 */
import type { FaultAction } from '../stand-in/faults.ts';
import {
  OLLAMA_ROWS,
  OPEN_WEBUI_ROWS,
  STATUS_ROWS,
  throughOpenWebUi,
  type WireRow,
} from '../stand-in/wire-rows.ts';

/** What a card does to the server itself. */
export type Upheaval = 'goes-down' | 'swapped' | 'swapped-dimensions' | 'pulled-again';

/** One way to fail. */
export interface Card {
  /** For the figures. */
  readonly name: string;
  readonly do: FaultAction | Upheaval;
  /** Only for requests that embed, or for those of more than one text. @default any request */
  readonly only?: 'embed' | 'batch';
}

/** Passing faults are drawn more often than those that end a run, or no run would get anywhere. */
const PASSING_COPIES = 12;

/** A deck for one kind of server, not shuffled. */
export function fullDeck(flavour: 'ollama' | 'open-webui'): readonly Card[] {
  const rows =
    flavour === 'ollama'
      ? [...OLLAMA_ROWS, ...STATUS_ROWS]
      : [
          ...OPEN_WEBUI_ROWS,
          ...STATUS_ROWS,
          ...OLLAMA_ROWS.filter(hasText).flatMap((row) => [
            throughOpenWebUi(row, true),
            throughOpenWebUi(row, false),
          ]),
        ];
  const passing = rows.filter((row) => row.action === 'retry');
  const ending = rows.filter((row) => row.action === 'fail' || row.action === 'check-model');
  const ofTexts = rows.filter((row) => row.action === 'bisect');
  const ofSize = rows.filter((row) => row.action === 'halve');
  // "Too long" is no fault but a fact about a text: the server says so where it is true.
  return [
    ...Array.from({ length: PASSING_COPIES }, () => [
      ...passing.map((row) => card(row)),
      ...BAD_CONNECTIONS,
    ]).flat(),
    ...ending.map((row) => card(row)),
    ...ofTexts.map((row) => card(row, 'embed')),
    // A single text that is too large for a request is cut: that is a fact too.
    ...ofSize.map((row) => card(row, 'batch')),
    ...BAD_VECTORS,
    ...UPHEAVALS,
  ];
}

function hasText({ body }: WireRow): boolean {
  return typeof (body as { error?: unknown }).error === 'string';
}

function card(row: WireRow, only?: Card['only']): Card {
  const { status, body, contentType } = row;
  const headers = contentType === undefined ? {} : { headers: { 'content-type': contentType } };
  const name = `${status} ${row.when === 'any other text' ? '(page)' : row.when}`;
  return { name, do: { kind: 'answer', status, body, ...headers }, ...(only ? { only } : {}) };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function answer(name: string, status: number, body: string | object, headers = {}): Card {
  return { name, do: { kind: 'answer', status, body, headers } };
}

const BAD_CONNECTIONS: readonly Card[] = [
  { name: 'cut', do: { kind: 'cut' } },
  { name: 'cut in the answer', do: { kind: 'cut-body' } },
  { name: 'late', do: { kind: 'late', milliseconds: 15 } },
  { name: 'restart', do: 'goes-down' },
  answer('garbage JSON', 200, '{"embeddings": [[0.1, 0.2', JSON_TYPE),
  answer('429 with Retry-After', 429, { error: 'slow down' }, { 'retry-after': '7' }),
];

const BAD_VECTORS: readonly Card[] = [
  { name: 'hang', do: { kind: 'hang' } },
  answer('a page', 200, '<!doctype html><title>Login</title>'),
  answer('redirect', 302, '', { location: 'https://elsewhere.invalid/' }),
  answer('other JSON', 200, { hello: 'world' }),
  { name: 'NaN in the model', do: { kind: 'nan' }, only: 'embed' },
  { name: 'zero vectors', do: { kind: 'zero' }, only: 'embed' },
  { name: 'one vector too few', do: { kind: 'fewer' }, only: 'embed' },
  { name: 'other dimensions', do: { kind: 'dimensions', dimensions: 7 }, only: 'embed' },
  { ...answer('bare NaN in JSON', 200, '{"embeddings":[[NaN,1]]}', JSON_TYPE), only: 'embed' },
  { ...answer('no numbers', 200, { embeddings: [['a', null, {}]] }), only: 'embed' },
  { ...answer('vectors of nothing', 200, { embeddings: [[]] }), only: 'embed' },
];

const UPHEAVALS: readonly Card[] = [
  { name: 'model swapped', do: 'swapped', only: 'embed' },
  { name: 'model swapped, other dimensions', do: 'swapped-dimensions', only: 'embed' },
  { name: 'model pulled again, same vectors', do: 'pulled-again', only: 'embed' },
];

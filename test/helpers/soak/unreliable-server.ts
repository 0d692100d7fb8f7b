/** A stand-in of which a share of all requests fails, by a shuffled deck of every kind of fault. */
import { createHash } from 'node:crypto';
import { seeded } from '../../unit/store/sqlite/filled.ts';
import type { FaultAction } from '../stand-in/faults.ts';
import { hashingVector } from '../stand-in/hashing-vector.ts';
import type { StandInModel } from '../stand-in/models.ts';
import { type SeenRequest, STAND_IN_KEY, type StandIn, startStandIn } from '../stand-in/server.ts';
import type { Model } from '../stored-vectors.ts';
import { type Card, fullDeck, type Upheaval } from './deck.ts';

/** Waits on the fake clock until a server that went down is back. */
const WAITS_UNTIL_BACK = 2;

export type Flavour = 'ollama' | 'open-webui';

export interface UnreliableServer {
  readonly url: string;
  readonly key: string;
  readonly random: () => number;
  /** How often each kind of fault has struck. */
  readonly struck: ReadonlyMap<string, number>;
  /** How many requests came, and every text that was to be embedded. */
  seen(): { readonly requests: number; readonly inputs: readonly string[] };
  /** The vectors of the model with this digest. */
  modelOf(digest: string): Model;
  /** Another model under the same name, between two runs. */
  swap(): void;
  /** From now on nothing fails. */
  behave(): Promise<void>;
  /** Told about every wait: a server that is down comes back. */
  waited(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param share of requests that fail
 */
export async function startUnreliable(
  flavour: Flavour,
  { seed, share }: { readonly seed: number; readonly share: number },
): Promise<UnreliableServer> {
  const random = seeded(seed);
  const models = modelShelf();
  const struck = new Map<string, number>();
  const state = { share, down: 0, deck: [] as Card[] };
  const up: { server?: StandIn } = {};
  const upheave = (what: Upheaval): void => {
    if (what === 'goes-down') {
      state.down = WAITS_UNTIL_BACK;
      void up.server?.goDown();
    } else up.server?.setModels([models.next(what)]);
  };
  const chance = (request: SeenRequest): FaultAction | null => {
    if (random() >= state.share) return null;
    const drawn = draw(state, { flavour, request, random });
    if (drawn === null) return null;
    struck.set(drawn.name, (struck.get(drawn.name) ?? 0) + 1);
    if (typeof drawn.do !== 'string') return drawn.do;
    upheave(drawn.do);
    return drawn.do === 'goes-down' ? { kind: 'cut' } : null;
  };
  const server = await startStandIn({
    ...{ flavour, chance, models: [models.next('swapped')] },
    // Old servers say 500 for NaN, new ones answer with zeros.
    version: random() < 0.5 ? '0.33.0' : '0.12.0',
    vector: (text, dimensions) => models.current()(text, dimensions),
  });
  up.server = server;
  // Texts that the model cannot embed: remembered as failed by every run, until the server is well.
  server.fault({ do: { kind: 'zero' }, text: (text) => /number \d*[48] stands/.test(text) });
  const comeBack = async (): Promise<void> => {
    if (state.down === 0) return;
    state.down = 0;
    await server.comeBack();
  };
  return {
    ...{ url: server.url, key: STAND_IN_KEY, random, struck, modelOf: models.of, comeBack },
    seen: () => ({
      requests: server.requests.length,
      inputs: server.embedRequests().flatMap(({ inputs }) => inputs),
    }),
    swap: () => server.setModels([models.next('swapped')]),
    behave: async () => {
      state.share = 0;
      server.clearFaults();
      await comeBack();
    },
    waited: async () => {
      if (state.down > 1) state.down -= 1;
      else await comeBack();
    },
    close: async () => {
      await comeBack();
      await server.close();
    },
  };
}

/** The next card that fits the request; those before it wait for one that they fit. */
function draw(
  state: { deck: Card[] },
  scene: { flavour: Flavour; request: SeenRequest; random: () => number },
): Card | null {
  const { flavour, request, random } = scene;
  if (state.deck.length === 0) state.deck = shuffled(fullDeck(flavour), random);
  const isEmbed = /\/api\/embed$/.test(request.path);
  const fits = ({ only }: Card): boolean =>
    only === undefined || (isEmbed && (only === 'embed' || request.inputs.length > 1));
  const at = state.deck.findIndex(fits);
  return at < 0 ? null : (state.deck.splice(at, 1)[0] ?? null);
}

function shuffled(cards: readonly Card[], random: () => number): Card[] {
  return cards
    .map((card) => ({ card, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ card }) => card);
}

/** Models that stood behind the one name, one after the other; a digest never comes back. */
function modelShelf() {
  const salts = new Map<string, string>();
  let number = 0;
  let salt = '';
  let dimensions = 32;
  const of =
    (digest: string): Model =>
    (text, length) =>
      hashingVector(`${salts.get(digest) ?? 'unknown'}${text}`, length);
  return {
    of,
    current: (): Model => (text, length) => hashingVector(salt + text, length),
    next: (how: Exclude<Upheaval, 'goes-down'>): StandInModel => {
      number += 1;
      if (how !== 'pulled-again') salt = `model ${number}: `;
      if (how === 'swapped-dimensions') dimensions = dimensions === 32 ? 24 : 32;
      const digest = createHash('sha256').update(`${number}`).digest('hex');
      salts.set(digest, salt);
      return { name: 'bge-m3:latest', digest, dimensions, contextTokens: 150 };
    },
  };
}

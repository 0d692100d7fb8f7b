/** One corpus of the torture: a changing folder, a corpus file, and the runs over them with their accounts. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { ollama } from '../../../src/embedding/ollama.ts';
import { groupSize } from '../../../src/engine/indexing/gather.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { logicalDump, rows, runIndex, value } from '../../helpers/corpus.ts';
import type { Sandbox } from '../../helpers/sandbox.ts';
import type { SeenRequest, StandIn } from '../../helpers/stand-in/server.ts';
import type { Chance } from './chance.ts';
import {
  demand,
  demandOpens,
  demandSearch,
  demandWhole,
  readStored,
  type Stored,
  vectorKey,
} from './checks.ts';
import { type Fate, type Kill, runVictim } from './victim.ts';
import { createWorld, UNEMBEDDABLE, type World } from './world.ts';

/** What runs in all scenes share. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly server: StandIn;
  readonly chance: Chance;
  readonly doctor: (path: string) => void;
}

/** A vector space to index into. */
export interface Target {
  readonly model: string;
  readonly dimensions: number;
}

/** None of these has a prefix: what is sent is what is hashed. */
export const TARGETS: readonly Target[] = [
  { model: 'bge-m3', dimensions: 32 },
  { model: 'all-minilm', dimensions: 24 },
  { model: 'bge-m3', dimensions: 16 },
];

const ID_SPAN = 'SELECT max(id) - min(id) + 1 FROM embedding';
/** Requests in flight, of every run. */
const CONCURRENCY = 2;

/** Inputs a request; a large corpus would take long with few. */
const BATCH = { small: 4, large: 64 };

/** A run in the accounts. */
export interface Account {
  readonly fate: Fate;
  /** Inputs that were sent, each once. */
  readonly sent: number;
  /** Those of them that were sent by a run that was killed before. */
  readonly again: number;
  /** Those of them that a kill lost. */
  readonly lost: number;
  /** Texts that are remembered as failed. */
  readonly failures: number;
  /** True if a write outside the log was cut off, which the next one to open the file rolls back. */
  readonly isCutOff: boolean;
}

/** A corpus under torture. */
export interface Scene {
  readonly db: string;
  readonly world: World;
  stored(): Stored;
  /** Runs a command and checks the file. @throws Violation */
  run(args: readonly string[], kill: Kill | null): Promise<Account>;
  /** Takes the index of words out, as a corpus of an older umekomi has none. */
  forgetWords(): void;
  /** @throws Violation unless the corpus is what a fresh build is, and a further run finds nothing to do */
  demandFresh(): Promise<void>;
  indexArgs(target: Target | null): readonly string[];
  remove(): void;
}

export function createScene(stage: Stage, { large }: { large: boolean }): Scene {
  const { sandbox, server, chance } = stage;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umekomi-torture-')));
  const world = createWorld(join(folder, 'world'), chance, large);
  const db = join(folder, 'corpus', 'corpus.db');
  const chunkSize = large ? ['--chunk-size', '48'] : [];
  const batch = large ? BATCH.large : BATCH.small;
  let stored = readStored(db);
  const lost = new Set<string>();
  const indexArgs = (target: Target | null): readonly string[] => [
    ...['index', ...world.sources, '--db', db, '--endpoint', server.url, ...chunkSize],
    ...['--batch-size', `${batch}`, '--concurrency', `${CONCURRENCY}`],
    ...(target === null ? [] : ['--model', target.model, '--dimensions', `${target.dimensions}`]),
  ];
  const run = async (args: readonly string[], kill: Kill | null): Promise<Account> => {
    server.forgetRequests();
    const fate = await runVictim({ sandbox, server }, args, kill);
    const sent = sentIn(server.embedRequests());
    // 4 says that some texts have no vector.
    const isDone = fate.code === 0 || (fate.code === 4 && args[0] === 'index');
    demand(fate.isKilled || isDone, `${args[0]} failed (${fate.code}): ${fate.stderr}`);
    const before = stored;
    const isCutOff = await demandOpens(db, before);
    stored = readStored(db);
    // What is in flight, an answer that waits, and the group that it waits for.
    const group = stored.active === null ? 0 : groupSize(Number(value(db, ID_SPAN) ?? 0));
    const mostLost = fate.isKilled ? (CONCURRENCY + 1) * batch + group : 0;
    demandAccounts({ before, after: stored, sent, mostLost });
    if (stored.active !== null) demandWhole(db, world);
    await demandSearch(db, { endpoint: server.url, stored, world });
    if (stored.active !== null) stage.doctor(db);
    const again = sent.filter((key) => lost.has(key)).length;
    const gone = sent.filter((key) => !stored.vectors.has(key));
    for (const key of sent) lost.delete(key);
    for (const key of gone) lost.add(key);
    if (!fate.isKilled) demandPruned(db, stored);
    // It goes on reading while requests are in flight.
    const isInFlight = fate.phase === 'read' && gone.length > 0;
    const phase = isInFlight ? 'embed' : fate.phase;
    const failures = stored.active === null ? 0 : Number(value(db, 'SELECT count(*) FROM failure'));
    const counts = { sent: sent.length, again, lost: gone.length, failures };
    return { fate: { ...fate, phase }, ...counts, isCutOff };
  };
  return {
    ...{ db, world, run, indexArgs },
    stored: () => stored,
    forgetWords: () => forgetWords(db),
    demandFresh: async () => {
      const again = await run(indexArgs(null), null);
      demand(again.sent === 0, `a run over an unchanged folder sent ${again.sent} inputs`);
      const fresh = await buildFresh(db, {
        folder,
        server,
        chunkSize: large ? 48 : undefined,
        world,
      });
      demandSame(db, fresh);
      await run(['optimize', '--db', db], null);
      demandSame(db, fresh);
      const words = (path: string): unknown => value(path, WORDS);
      demand(words(db) === words(fresh), 'the words are not those of a fresh build');
      const beside = readdirSync(dirname(db));
      demand(beside.length === 1, `files beside the corpus: ${beside.join(', ')}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Every input once, without the text that asks for the length of vectors, and what never gets one. */
function sentIn(requests: readonly SeenRequest[]): readonly string[] {
  const sent = requests.flatMap(({ body, inputs }) => {
    const { model, dimensions } = body as { model: string; dimensions?: number };
    const full = TARGETS.find((target) => model.startsWith(target.model))?.dimensions ?? 0;
    return inputs
      .filter((text) => text !== 'umekomi' && !text.includes(UNEMBEDDABLE))
      .map((text) => {
        const hash = createHash('sha256').update(text).digest('hex');
        return vectorKey(model, dimensions ?? full, hash);
      });
  });
  const unique = [...new Set(sent)];
  // A request with a text that gets no vector is sent again in parts.
  const isWhole = requests.every(
    ({ inputs }) => !inputs.some((text) => text.includes(UNEMBEDDABLE)),
  );
  demand(!isWhole || unique.length === sent.length, 'one run sent an input twice');
  return unique;
}

/** Nothing is embedded twice, and nothing that was embedded is lost but what was in flight. */
function demandAccounts({
  before,
  after,
  sent,
  mostLost,
}: {
  before: Stored;
  after: Stored;
  sent: readonly string[];
  mostLost: number;
}): void {
  const twice = sent.filter((key) => before.vectors.has(key));
  demand(twice.length === 0, `${twice.length} inputs were sent that had a vector`);
  const gone = sent.filter((key) => !after.vectors.has(key)).length;
  demand(gone <= mostLost, `${gone} inputs were sent and not stored (allowed: ${mostLost})`);
  const isSameSpace = JSON.stringify(before.active) === JSON.stringify(after.active);
  if (!isSameSpace || !after.unfinished) return;
  const dropped = [...before.vectors].filter((key) => !after.vectors.has(key)).length;
  demand(dropped === 0, `${dropped} vectors went before the run that may want them has ended`);
}

function forgetWords(path: string): void {
  const db = new Database(path);
  db.exec(`DROP TABLE IF EXISTS words_block; DELETE FROM meta WHERE key = 'words'`);
  db.close();
}

/** @throws Violation if a run that ended left vectors behind that no passage uses and no run wants */
function demandPruned(db: string, { unfinished }: Stored): void {
  if (unfinished) return;
  const unused = rows(
    db,
    `SELECT 1 FROM embedding JOIN space ON space.id = space_id AND active = 1
     WHERE input_hash NOT IN (SELECT input_hash FROM chunk)`,
  );
  demand(unused.length === 0, `${unused.length} vectors are left that nothing uses`);
}

/** Every term with the number of its passages; exact once all segments are one. */
const WORDS = `SELECT group_concat(term || ' ' || rows) FROM (
  SELECT term, sum(count) AS rows FROM words_block GROUP BY term ORDER BY term)`;

/** A corpus made at once, of the same folders by the same rules. @returns its path */
async function buildFresh(
  db: string,
  {
    folder,
    server,
    chunkSize,
    world,
  }: { folder: string; server: StandIn; chunkSize: number | undefined; world: World },
): Promise<string> {
  const fresh = join(folder, 'fresh', 'corpus.db');
  mkdirSync(dirname(fresh));
  const space = readStored(db).active ?? { model: '', dimensions: 0 };
  const embedder = ollama({ endpoint: server.url, ...space });
  for (const source of world.sources) {
    const [rules] = rows(db, 'SELECT include, exclude FROM source WHERE path = ?', source);
    const globs = (name: string): string[] => JSON.parse(String(rules?.[name] ?? '[]')) as string[];
    const given = { include: globs('include'), exclude: globs('exclude') };
    await runIndex(fresh, embedder, [source], { ...given, chunkSize });
  }
  const corpus = await openCorpus(fresh);
  await corpus.optimize();
  await corpus.close();
  return fresh;
}

/** @throws Violation unless both say the same of their documents */
function demandSame(db: string, fresh: string): void {
  const [ours, theirs] = [logicalDump(db), logicalDump(fresh)];
  for (const [table, expected] of Object.entries(theirs)) {
    const isSame = JSON.stringify(ours[table]) === JSON.stringify(expected);
    const sizes = `${ours[table]?.length} and ${expected.length}`;
    demand(isSame, `${table}: not what a fresh build has (${sizes} rows)`);
  }
}

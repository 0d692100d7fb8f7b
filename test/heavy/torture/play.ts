/** One scene of the torture, from no file to a corpus that equals a fresh build. */
import { dirname } from 'node:path';
import type { Chance } from './chance.ts';
import { demand } from './checks.ts';
import { count, type Figures, killCount, killsIn, PHASES } from './figures.ts';
import {
  type Account,
  createScene,
  type Scene,
  type Stage,
  TARGETS,
  type Target,
} from './scene.ts';
import type { Kill } from './victim.ts';

/** What scenes share, and what one is like. */
export interface Play {
  readonly figures: Figures;
  /** Moments by phase of the last run of each kind that ended. */
  readonly known: Map<string, Readonly<Record<string, number>>>;
  readonly large: boolean;
  /** The share of kills at a time of day instead of a moment of the phase. */
  readonly clockShare: number;
}

/** Kills of a scene before it is brought to its end. */
const KILLS = { small: 16, large: 10 };

/** Kills before a corpus has been filled once. */
const FIRST_KILLS = 4;

/** @param isEnough ends it early */
export async function playScene(stage: Stage, play: Play, isEnough: () => boolean): Promise<void> {
  const scene = createScene(stage, { large: play.large });
  const { chance } = stage;
  const player = new Player(scene, chance, play);
  try {
    const most = play.large ? KILLS.large : KILLS.small;
    const begin = killCount(play.figures);
    const soFar = (): number => killCount(play.figures) - begin;
    while (soFar() < (play.large ? 2 : FIRST_KILLS) && !player.isFilled())
      await player.killed('first');
    if (!player.isFilled() || chance.happens(0.7)) await player.toTheEnd();
    while (soFar() < most && !isEnough()) {
      if (!chance.happens(0.3)) player.change();
      await player.killed(player.leastKilled());
      if (chance.happens(0.25)) await player.toTheEnd();
    }
    await player.toTheEnd();
    await scene.demandFresh();
    play.figures.versions += scene.world.written();
  } catch (error) {
    demand(error instanceof Error, String(error));
    error.message += `\nafter ${player.history.join(', ')}`;
    throw error;
  } finally {
    scene.remove();
  }
}

/** Does one thing after the other to a corpus. */
export class Player {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #play: Play;
  /** What was done, for the message of a violation. */
  readonly history: string[] = [];
  /** The space that a rebuild has begun with. */
  #wanted: Target | null = null;
  readonly #lastMs = new Map<string, number>();

  constructor(scene: Scene, chance: Chance, play: Play) {
    this.#scene = scene;
    this.#chance = chance;
    this.#play = play;
  }

  isFilled(): boolean {
    const { active, unfinished, documents } = this.#scene.stored();
    return active !== null && !unfinished && documents.length > 0;
  }

  change(): void {
    const changes = 1 + this.#chance.below(this.#play.large ? 12 : 4);
    for (let i = 0; i < changes; i++) this.history.push(this.#scene.world.change());
    this.#play.figures.changes += changes;
  }

  /** The kind of run with the phase that fewest were killed in. */
  leastKilled(): string {
    const { figures, large } = this.#play;
    const able = Object.keys(PHASES).filter(
      (kind) => kind !== 'first' && (large || kind !== 'codes'),
    );
    const least = (kind: string): number =>
      Math.min(...(PHASES[kind] ?? []).map((phase) => killsIn(figures, kind, phase)));
    if (this.#chance.happens(0.25)) return this.#chance.pick(able);
    return able.sort((a, b) => least(a) - least(b))[0] ?? 'index';
  }

  /** A run of a kind, killed in a phase; left out, in the one that fewest were killed in. */
  async killed(asked: string, phase?: string): Promise<void> {
    const { figures } = this.#play;
    const isEmpty = this.#scene.stored().sources.length === 0;
    const kind = isEmpty && asked === 'remove' ? 'index' : asked;
    const hits = (of: string): number => killsIn(figures, kind, of);
    const least = [...(PHASES[kind] ?? [])].sort((a, b) => hits(a) - hits(b))[0];
    await this.#run(kind, this.#killIn(kind, phase ?? least ?? 'commit'));
  }

  /** Runs without kills until nothing is left to do. */
  async toTheEnd(): Promise<void> {
    await this.#run(this.#wanted === null ? this.#indexKind() : 'rebuild', null);
  }

  #indexKind(): string {
    return this.#scene.stored().active === null ? 'first' : 'index';
  }

  #killIn(kind: string, phase: string): Kill {
    const chance = this.#chance;
    if (chance.happens(this.#play.clockShare)) {
      return { how: 'clock', ms: 150 + chance.below(this.#lastMs.get(kind) ?? 300) };
    }
    const moments = this.#play.known.get(kind)?.[phase] ?? 1;
    const nth = 1 + chance.below(chance.happens(0.5) ? moments : Math.ceil(moments / 4));
    if (phase === 'embed') return { how: 'request', requests: nth };
    const how = chance.pick(['before', 'inside', 'inside', 'after'] as const);
    const delayUs = chance.below(phase === 'vacuum' || phase === 'swap' ? 20_000 : 600);
    return { how, phase, nth, delayUs };
  }

  async #run(kind: string, kill: Kill | null): Promise<void> {
    const args = this.#argsOf(kind);
    const where = kill === null ? 'to its end' : JSON.stringify(kill);
    this.history.push(`${kind} ${where}`);
    const account: Account = await this.#scene.run(args, kill);
    const { fate } = account;
    count(this.#play.figures, kind, kill?.how ?? 'none', account);
    if (fate.moments !== null) this.#play.known.set(kind, fate.moments);
    if (!fate.isKilled) this.#lastMs.set(kind, fate.ms);
    const { active, unfinished } = this.#scene.stored();
    const isThere = active?.model.startsWith(this.#wanted?.model ?? '-') === true;
    if (isThere && active?.dimensions === this.#wanted?.dimensions) this.#wanted = null;
    // After the swap it is the corpus's own space, and the rest any run does.
    if (kind === 'rebuild' && !fate.isKilled) demand(!unfinished, 'a rebuild that left work');
  }

  #argsOf(kind: string): readonly string[] {
    const scene = this.#scene;
    const { db } = scene;
    switch (kind) {
      case 'first':
        return scene.indexArgs(TARGETS[0] ?? null);
      case 'words':
        scene.forgetWords();
        return scene.indexArgs(null);
      case 'rebuild':
        this.#wanted ??= this.#otherTarget();
        return [...scene.indexArgs(this.#wanted), '--rebuild'];
      case 'remove':
        return ['remove', this.#somethingStored(), '--db', db];
      case 'codes':
      case 'optimize':
        return ['optimize', '--db', db];
      default:
        // New rules bring back what was removed.
        return [
          ...scene.indexArgs(null),
          ...(this.#chance.happens(0.2) ? ['--exclude', 'x-*'] : []),
        ];
    }
  }

  #otherTarget(): Target {
    const { active } = this.#scene.stored();
    const others = TARGETS.filter(({ dimensions }) => dimensions !== active?.dimensions);
    return this.#chance.pick(others);
  }

  /** A document, the folder that it is in, or a whole source. */
  #somethingStored(): string {
    const chance = this.#chance;
    const { documents, sources } = this.#scene.stored();
    const able = documents.filter((path) => !path.endsWith('bulk.md'));
    if (able.length === 0 || (!this.#play.large && chance.happens(0.2)))
      return chance.pick(sources);
    const path = chance.pick(able);
    const folder = dirname(path);
    const isInside = !this.#scene.world.sources.includes(folder);
    return isInside && chance.happens(0.4) ? folder : path;
  }
}

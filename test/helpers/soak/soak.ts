/**
 * Index runs over and over against a server of which a third of all requests fails. After every run each
 * stored vector is compared with what the model makes of that text; when the faults end, the corpus must
 * become what a fresh build makes.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf } from '../../../src/cli/exit-codes.ts';
import { ollama } from '../../../src/embedding/ollama.ts';
import { UmekomiError } from '../../../src/model/errors.ts';
import type { IndexSummary } from '../../../src/model/indexing.ts';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import { findBroken, logicalDump, sampleDocument } from '../corpus.ts';
import { byHash, judgeVectors } from '../stored-vectors.ts';
import { plant } from '../temp.ts';
import { type Flavour, startUnreliable, type UnreliableServer } from './unreliable-server.ts';

/** What a soak is to do. */
export interface SoakOptions {
  readonly seed: number;
  readonly flavour: Flavour;
  /** Runs while the server fails. */
  readonly runs: number;
  /** Share of requests that fail. */
  readonly share: number;
  /** An empty folder to work in. */
  readonly folder: string;
}

/** What a soak came to. */
export interface SoakFigures {
  /** Requests that the server saw while it failed. */
  readonly requests: number;
  readonly struck: ReadonlyMap<string, number>;
  /** Different texts that were sent. */
  readonly texts: number;
  /** Vectors compared, over all runs, and how many no model would have made. */
  readonly compared: number;
  readonly wrong: number;
  /** Runs by what they ended with: exit code and error code. */
  readonly ends: ReadonlyMap<string, number>;
  /** What `findBroken` found, and ends that should not be. */
  readonly broken: readonly string[];
  /** Whether the corpus became what a fresh build makes, and how many runs without faults it took. */
  readonly healed: boolean;
  readonly healingRuns: number;
}

const DOCUMENTS = 5;
/** Texts of other lengths, and one that appears in several documents. */
const EXTRA = 'Short.\n\n## A part that is shared\n\nThe same words in many files.\n';

/** Ends that a run may come to while the server fails; anything else is a fault of ours. */
const ALLOWED = /^(?:0|4|3 (?:ENDPOINT|MODEL|VECTORS)_[A-Z_]+|2 SPACE_MISMATCH)$/;

/** Soaks one corpus. */
export async function soak(options: SoakOptions): Promise<SoakFigures> {
  const server = await startUnreliable(options.flavour, options);
  try {
    return await new Soak(server, options).all();
  } finally {
    await server.close();
  }
}

class Soak {
  readonly #server: UnreliableServer;
  readonly #options: SoakOptions;
  readonly #root: string;
  readonly #db: string;
  readonly #ends = new Map<string, number>();
  readonly #broken: string[] = [];
  #compared = 0;
  #wrong = 0;
  /** The last run found another model behind the name: the next one embeds everything anew. */
  #rebuild = false;

  constructor(server: UnreliableServer, options: SoakOptions) {
    this.#server = server;
    this.#options = options;
    this.#root = join(options.folder, 'docs');
    this.#db = join(options.folder, 'corpus.db');
  }

  async all(): Promise<SoakFigures> {
    for (let i = 0; i < DOCUMENTS; i++) this.#write(i, i);
    for (let run = 0; run < this.#options.runs; run++) {
      if (run > 0) this.#edit();
      await this.#run(this.#db);
      this.#judge();
    }
    const { requests } = this.#server.seen();
    await this.#server.behave();
    const healingRuns = await this.#heal();
    const fresh = join(this.#options.folder, 'fresh.db');
    this.#rebuild = false;
    await this.#run(fresh);
    const { inputs } = this.#server.seen();
    return {
      ...{ requests, struck: this.#server.struck, texts: new Set(inputs).size },
      ...{ compared: this.#compared, wrong: this.#wrong, healingRuns },
      ...{ ends: this.#ends, broken: this.#broken },
      healed: JSON.stringify(logicalDump(this.#db)) === JSON.stringify(logicalDump(fresh)),
    };
  }

  /** Without faults: at most one run to find that the model is another one, and one to go by it. */
  async #heal(): Promise<number> {
    for (let run = 1; ; run++) {
      const end = await this.#run(this.#db);
      this.#judge();
      if (end === '0' || run === 3) return run;
    }
  }

  #write(at: number, content: number): void {
    plant(this.#root, {
      [`f${at}.md`]: `${sampleDocument(content)}\n${EXTRA.repeat(content % 3)}`,
    });
  }

  /** One document changes between two runs, sometimes one goes; now and then the model is swapped. */
  #edit(): void {
    const { random } = this.#server;
    const at = Math.floor(random() * DOCUMENTS);
    if (random() < 0.15) rmSync(join(this.#root, `f${at}.md`), { force: true });
    else this.#write(at, Math.floor(random() * 60));
    if (random() < 0.04) this.#server.swap();
  }

  /** One run as the command line does it. @returns its end */
  async #run(db: string): Promise<string> {
    await this.#server.comeBack();
    const { url, key } = this.#server;
    const clock = {
      now: () => 0,
      random: this.#server.random,
      sleep: () => this.#server.waited(),
    };
    const common = { endpoint: url, apiKey: key, model: 'bge-m3', timeoutMs: 250, clock };
    const rebuild = this.#rebuild;
    const corpus = await openCorpus(db, {
      embedder: (space) => ollama({ ...common, ...(space && !rebuild ? { known: space } : {}) }),
    });
    const end = await corpus
      .index([this.#root], { batchSize: 8, concurrency: 2, rebuild })
      .then(endOf, endOfError)
      .finally(() => corpus.close());
    this.#rebuild = end === '2 SPACE_MISMATCH' || (rebuild && end.startsWith('3'));
    this.#ends.set(end, (this.#ends.get(end) ?? 0) + 1);
    if (!ALLOWED.test(end)) this.#broken.push(`a run ended with ${end}`);
    return end;
  }

  #judge(): void {
    if (!existsSync(this.#db)) return;
    const { stored, wrong } = judgeVectors(
      this.#db,
      byHash(this.#server.seen().inputs),
      this.#server.modelOf,
    );
    this.#compared += stored;
    this.#wrong += wrong;
    this.#broken.push(...findBroken(this.#db));
  }
}

function endOf({ failures }: IndexSummary): string {
  return failures.length > 0 ? '4' : '0';
}

function endOfError(error: unknown): string {
  const code = error instanceof UmekomiError ? error.code : String((error as Error).stack);
  return `${exitCodeOf(error)} ${code}`;
}

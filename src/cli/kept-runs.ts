/** Evaluations that were kept with `--json`, read back: each of their modes is a run to compare. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ComparedQuery, MEASURES } from '../evaluation.ts';
import { UsageError } from '../model/errors.ts';
import { expandHome } from './paths.ts';
import { printableName, type World } from './terminal.ts';

/** What tells two runs apart. What an older umekomi did not write is null. */
export interface RunTraits {
  readonly mode: string;
  /** The version that measured. */
  readonly umekomi: string | null;
  readonly model: string;
  readonly digest: string | null;
  readonly dimensions: number | null;
  /** The reranker's name; null without one too. */
  readonly reranker: string | null;
  readonly chunkSize: number | null;
  readonly chunkOverlap: number | null;
  readonly documents: number | null;
  readonly chunks: number | null;
  /** Texts without a vector. */
  readonly missing: number | null;
}

/** The traits, in the order of reports. */
export const TRAITS: readonly (keyof RunTraits)[] = [
  ...(['mode', 'umekomi', 'model', 'digest', 'dimensions', 'reranker'] as const),
  ...(['chunkSize', 'chunkOverlap', 'documents', 'chunks', 'missing'] as const),
];

/** One mode of one kept evaluation. */
export interface KeptRun extends RunTraits {
  /** As it was named. */
  readonly file: string;
  /** Of the set; null if an older umekomi wrote it. */
  readonly setDigest: string | null;
  readonly queries: readonly ComparedQuery[];
}

/**
 * Reads the runs of a file.
 *
 * @throws UsageError `USAGE` if it cannot be read, or is something else
 */
export async function readKeptRuns(world: World, file: string): Promise<readonly KeptRun[]> {
  const path = resolve(world.cwd, expandHome(file, world.home));
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const name = printableName(path);
    const message =
      cause.code === 'ENOENT'
        ? `There is nothing at ${name}; umekomi eval --json > run.json keeps a run to compare.`
        : `${name} cannot be read (${cause.code}).`;
    throw new UsageError('USAGE', message, { cause });
  });
  const runs = parseRuns(text, file);
  if (runs !== null) return runs;
  const message = `${printableName(path)} is not what umekomi eval --json prints.`;
  throw new UsageError('USAGE', message);
}

type Json = Readonly<Record<string, unknown>>;

/** The modes of a kept evaluation; null if the text is something else. */
function parseRuns(text: string, file: string): readonly KeptRun[] | null {
  let kept: Json;
  try {
    kept = objectOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return null;
  }
  const { version, modes } = kept;
  if (version !== 1 || !Array.isArray(modes)) return null;
  const setDigest = textOf(kept['setDigest']);
  const runs = modes.flatMap((one: unknown): readonly KeptRun[] => {
    const { mode, queries } = objectOf(one);
    if (typeof mode !== 'string' || !Array.isArray(queries) || !queries.every(isScored)) return [];
    return [{ file, ...traitsOf(kept, mode), setDigest, queries }];
  });
  return runs.length === modes.length ? runs : null;
}

function traitsOf(kept: Json, mode: string): RunTraits {
  const model = objectOf(kept['model']);
  const chunking = objectOf(kept['chunking']);
  return {
    mode,
    umekomi: textOf(kept['umekomi']),
    ...{ model: textOf(model['model']) ?? '', digest: textOf(model['digest']) },
    dimensions: numberOf(model['dimensions']),
    reranker: textOf(kept['reranker']),
    chunkSize: numberOf(chunking['chunkSize']),
    chunkOverlap: numberOf(chunking['chunkOverlap']),
    ...{ documents: numberOf(kept['documents']), chunks: numberOf(kept['chunks']) },
    missing: numberOf(kept['missing']),
  };
}

function isScored(query: unknown): query is ComparedQuery {
  const { id, text, scores } = objectOf(query);
  if (text !== undefined && typeof text !== 'string') return false;
  const given = objectOf(scores);
  return typeof id === 'string' && MEASURES.every((name) => Number.isFinite(given[name]));
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

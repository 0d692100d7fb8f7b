/** What the tests of the doctor share: a corpus of sample documents, and what is found in it. */
import { join } from 'node:path';
import { openCorpus } from '../../../src/service/open-corpus.ts';
import type { ExamineOptions } from '../../../src/service/operations/examine.ts';
import { countingEmbedder, runIndex, sampleDocument } from '../../helpers/corpus.ts';
import { plant } from '../../helpers/temp.ts';

/** A folder of sample documents with its corpus. */
export interface Sample {
  readonly root: string;
  /** The corpus file, in a folder of its own. */
  readonly path: string;
  /** Inputs that were embedded. */
  readonly embedded: number;
}

/** Indexes so many sample documents. */
export async function sampleCorpus(
  makeFolder: () => string,
  documents: number,
  dimensions: number = 32,
): Promise<Sample> {
  const root = makeFolder();
  for (let i = 0; i < documents; i++) plant(root, { [`${i}.md`]: sampleDocument(i) });
  const path = join(makeFolder(), 'corpus.db');
  const { inputs } = await runIndex(path, countingEmbedder({ dimensions }), [root]);
  return { root, path, embedded: inputs.embedded };
}

/** The codes of what an examination finds, by the embedder that made the sample. */
export async function codesFound(
  path: string,
  options: ExamineOptions = {},
): Promise<readonly string[]> {
  const corpus = await openCorpus(path, { embedder: countingEmbedder(), readOnly: true });
  const { checks } = await corpus.examine(options);
  await corpus.close();
  return checks.flatMap(({ findings }) => findings.map(({ code }) => code));
}

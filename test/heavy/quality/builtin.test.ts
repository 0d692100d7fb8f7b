/**
 * The built-in embedder finds what it found when its recipes were measured
 * (docs/internals/builtin-embedder.md): nDCG@10 on judged sets, exact cosine, best chunk of a document
 * counts. Needs `UMEKOMI_JUDGED_SETS`.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { chunkDocument } from '../../../src/chunking/chunk-document.ts';
import { builtin } from '../../../src/embedding/builtin/builtin.ts';
import { CHUNK_OPTIONS } from '../../../src/model/options.ts';
import {
  JUDGED_SETS,
  type JudgedDocument,
  readDocuments,
  readPages,
  readQueries,
} from './judged-sets.ts';
import { type EmbeddedDocuments, embedAll, meanNdcg } from './measure.ts';

/** Queries, what each recipe reached on them, and how much another hash seed moves that. */
interface Expectation {
  readonly folder: string;
  readonly figures: Readonly<Record<(typeof models)[number], number>>;
  readonly noise: number;
}

const models = ['builtin/lexical-2', 'builtin/lexical-1'] as const;

function figures(lexical2: number, lexical1: number): Expectation['figures'] {
  return { 'builtin/lexical-2': lexical2, 'builtin/lexical-1': lexical1 };
}

interface JudgedSet {
  readonly documents: () => JudgedDocument[];
  /** Whether most documents fit into one chunk, so that the cut hardly matters. */
  readonly short: boolean;
  readonly queries: readonly Expectation[];
}

const sets: JudgedSet[] = [
  {
    documents: () => readDocuments('jsquad'),
    short: true,
    queries: [
      { folder: 'jsquad/dev', figures: figures(0.889, 0.898), noise: 0.005 },
      // biome-ignore lint/suspicious/noApproximativeNumericConstant: a measurement, not ln 2
      { folder: 'jsquad/hard-dev', figures: figures(0.662, 0.693), noise: 0.015 },
    ],
  },
  {
    documents: () => readDocuments('jaquad'),
    short: true,
    queries: [{ folder: 'jaquad/dev', figures: figures(0.862, 0.879), noise: 0.005 }],
  },
  {
    documents: () => readDocuments('scifact'),
    short: false,
    queries: [{ folder: 'scifact/dev', figures: figures(0.661, 0.62), noise: 0.005 }],
  },
  {
    documents: () => readPages('crosslingual/docs', 'en'),
    short: false,
    queries: [{ folder: 'crosslingual/ja2en/dev', figures: figures(0.611, 0.162), noise: 0.01 }],
  },
  {
    documents: () => readPages('crosslingual/docs', 'ja'),
    short: false,
    queries: [{ folder: 'crosslingual/en2ja/dev', figures: figures(0.435, 0.269), noise: 0.01 }],
  },
];

/** As many pieces as come nearest to 500 characters each, the title before every one. */
function cutEvenly({ title, text }: JudgedDocument): string[] {
  const pieces = Math.max(1, Math.round(text.length / 500));
  const size = Math.ceil(text.length / pieces);
  return Array.from(
    { length: pieces },
    (_, i) => `${title}\n${text.slice(i * size, (i + 1) * size)}`,
  );
}

/** As `umekomi index` cuts a Markdown file that has the title as its heading. */
function cutAsIndexed({ title, text, format }: JudgedDocument): string[] {
  const markdown = format === 'markdown' ? text : `# ${title}\n\n${text}`;
  const options = {
    chunkSize: CHUNK_OPTIONS.chunkSize.default,
    chunkOverlap: CHUNK_OPTIONS.chunkOverlap.default,
  };
  const { chunks } = chunkDocument(markdown, 'markdown', options);
  return chunks.map((chunk) => chunk.context + chunk.text);
}

/** Front matter out, its title as the title: what the pages of the crosslingual set need when cut evenly. */
function withoutFrontMatter(page: JudgedDocument): JudgedDocument {
  const frontMatter = /^---\n([\s\S]*?)\n---\n/.exec(page.text);
  if (page.format === 'text' || frontMatter === null) {
    return page;
  }
  const title = /^title: *(.*)$/m.exec(frontMatter[1] ?? '')?.[1] ?? '';
  return { ...page, title, text: page.text.slice(frontMatter[0].length) };
}

const cases = models.flatMap((model) => sets.map((set) => ({ model, set })));

describe.skipIf(JUDGED_SETS === undefined).each(cases)('$model', ({ model, set }) => {
  const embedder = builtin({ model });
  let documents: JudgedDocument[];
  let evenly: EmbeddedDocuments;
  let asIndexed: EmbeddedDocuments;

  beforeAll(async () => {
    documents = set.documents();
    evenly = await embedAll(documents.map(withoutFrontMatter), cutEvenly, embedder);
    asIndexed = await embedAll(documents, cutAsIndexed, embedder);
  });

  it.each(set.queries)('reproduces its recipe on $folder', async ({ folder, figures, noise }) => {
    const figure = figures[model];
    const measured = await meanNdcg(evenly, readQueries(folder), embedder);
    console.log(`${model}, ${folder}, cut evenly: ${measured.toFixed(3)} (recipe ${figure})`);
    expect(measured).toBeGreaterThanOrEqual(figure - noise);
    // Where long documents are cut moves their figure by more than the hash: no upper bound for them.
    if (set.short) {
      expect(measured).toBeLessThanOrEqual(figure + noise);
    }
  });

  it.each(set.queries)(
    'is as good on $folder in the chunks of `index`',
    async ({ folder, figures, noise }) => {
      const figure = figures[model];
      const measured = await meanNdcg(asIndexed, readQueries(folder), embedder);
      console.log(`${model}, ${folder}, as indexed: ${measured.toFixed(3)} (recipe ${figure})`);
      expect(measured).toBeGreaterThanOrEqual(figure - noise);
    },
  );
});

/**
 * The built-in embedder finds what it found when its recipe was measured (docs/builtin-embedder.md): nDCG@10
 * on judged sets, exact cosine, best chunk of a document counts. Needs `UMEKOMI_JUDGED_SETS`.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { chunkDocument } from '../../src/chunking/chunk-document.ts';
import { DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_SIZE } from '../../src/defaults.ts';
import { builtin } from '../../src/embedding/builtin/builtin.ts';
import {
  JUDGED_SETS,
  type JudgedDocument,
  readDocuments,
  readPages,
  readQueries,
} from './judged-sets.ts';
import { type EmbeddedDocuments, embedAll, meanNdcg } from './measure.ts';

/** Where documents are, and for each set of queries: the recipe's figure, and the noise of another hash. */
const sets = [
  {
    documents: () => readDocuments('jsquad'),
    queries: [
      ['jsquad/dev', 0.898, 0.005],
      ['jsquad/hard-dev', 0.693, 0.015],
    ],
    short: true,
  },
  {
    documents: () => readDocuments('jaquad'),
    queries: [['jaquad/dev', 0.879, 0.005]],
    short: true,
  },
  {
    documents: () => readDocuments('scifact'),
    queries: [['scifact/dev', 0.62, 0.005]],
    short: false,
  },
  {
    documents: () => readPages('crosslingual/docs', 'en'),
    queries: [['crosslingual/ja2en/dev', 0.162, 0.01]],
    short: false,
  },
  {
    documents: () => readPages('crosslingual/docs', 'ja'),
    queries: [['crosslingual/en2ja/dev', 0.269, 0.01]],
    short: false,
  },
] as const;

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
  const options = { chunkSize: DEFAULT_CHUNK_SIZE, chunkOverlap: DEFAULT_CHUNK_OVERLAP };
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

describe.skipIf(JUDGED_SETS === undefined).each(sets)('the built-in embedder', (set) => {
  const embedder = builtin();
  let documents: JudgedDocument[];
  let evenly: EmbeddedDocuments;
  let asIndexed: EmbeddedDocuments;

  beforeAll(async () => {
    documents = set.documents();
    evenly = await embedAll(documents.map(withoutFrontMatter), cutEvenly, embedder);
    asIndexed = await embedAll(documents, cutAsIndexed, embedder);
  });

  it.each(set.queries)('reproduces its recipe on %s: %d', async (folder, figure, noise) => {
    const measured = await meanNdcg(evenly, readQueries(folder), embedder);
    console.log(`${folder}, cut evenly: nDCG@10 ${measured.toFixed(3)} (recipe ${figure})`);
    expect(measured).toBeGreaterThanOrEqual(figure - noise);
    // How long documents are cut moves their figure by more than the hash: no upper bound for them.
    if (set.short) {
      expect(measured).toBeLessThanOrEqual(figure + noise);
    }
  });

  it.each(set.queries)(
    'is as good on %s in the chunks of `index`',
    async (folder, figure, noise) => {
      const measured = await meanNdcg(asIndexed, readQueries(folder), embedder);
      console.log(`${folder}, as indexed: nDCG@10 ${measured.toFixed(3)} (recipe ${figure})`);
      expect(measured).toBeGreaterThanOrEqual(figure - noise);
    },
  );
});

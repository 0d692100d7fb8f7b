/**
 * From the ids of a judged set to documents of a corpus: names that people give files, and those that
 * the documents of a set get. Pure.
 */
import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { UsageError } from '../../model/errors.ts';
import type { DocumentInfo } from '../../model/search.ts';
import type { DocumentLine } from './judged-lines.ts';

/** A document that a set may name. */
export type JudgedDocument = Pick<DocumentInfo, 'source' | 'path' | 'file'>;

/**
 * A function from a document's name to the document: its path on disk (absolute or from `cwd`), the
 * one inside its source, or that with the name of the source's folder in front; the first of these
 * that any document has.
 *
 * @throws UsageError `USAGE` (the function) if several documents have the name
 */
export function documentFinder(
  documents: readonly JudgedDocument[],
  cwd: string,
): (name: string) => JudgedDocument | null {
  const indexes = [
    indexBy(documents, ({ file }) => file),
    indexBy(documents, ({ path }) => path),
    indexBy(documents, ({ source, path }) => `${basename(source)}/${path}`),
  ];
  return (name) => {
    const plain = name.replace(/^\.\//, '').normalize('NFC');
    const keys = [resolve(cwd, name).normalize('NFC'), plain, plain];
    const found = indexes.map((index, i) => index.get(keys[i] ?? '')).find((all) => all);
    if (found === undefined) return null;
    if (found.length > 1) {
      const files = found.map(({ file }) => file).join(', ');
      throw new UsageError('USAGE', `Several documents have the judged name ${name}: ${files}.`);
    }
    return found[0] ?? null;
  };
}

function indexBy(
  documents: readonly JudgedDocument[],
  nameOf: (document: JudgedDocument) => string,
): ReadonlyMap<string, readonly JudgedDocument[]> {
  const index = new Map<string, JudgedDocument[]>();
  for (const document of documents) {
    const name = nameOf(document).normalize('NFC');
    const same = index.get(name);
    if (same === undefined) index.set(name, [document]);
    else same.push(document);
  }
  return index;
}

/**
 * The file name of a set's document: letters only and without meaning, because names count when
 * words are searched for, and an id such as `covid-19_0042` would match queries.
 */
export function judgedFileName(id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 32);
  const letters = hash.replace(/./g, (digit) => 'abcdefghijklmnop'.charAt(parseInt(digit, 16)));
  return `${letters}.md`;
}

/**
 * A document as a Markdown file. JSON is YAML, so any title survives; the empty line keeps a text that
 * begins with `---` a text.
 */
export function toMarkdown({ title, text }: Pick<DocumentLine, 'title' | 'text'>): string {
  const frontMatter = title === '' ? '' : `---\ntitle: ${JSON.stringify(title)}\n---\n`;
  return `${frontMatter}\n${text ?? ''}\n`;
}

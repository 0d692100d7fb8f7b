/** Which names are text or Markdown, without opening the file. */
import type { DocumentFormat } from '../model/types.ts';

/** With the spellings that editors and Quarto use. `.asc` is left out: most of those are signatures. */
const MARKDOWN = /\.(?:md|markdown|mdown|mkdn?|mdx|qmd|rmd)$/i;
const TEXT = /\.(?:txt|text|rst|adoc|asciidoc|org|textile|mediawiki)$/i;

/**
 * Names that are prose without an extension, alone (`LICENSE`), with a suffix (`LICENSE-MIT`,
 * `README_ja`) or with a language in the extension's place (`README.ja`). Anything else behind a
 * dot is another kind of file (`install.sh`, `license.js`).
 */
const README_LIKE =
  /^(?:readme|read_me|changelog|changes|history|news|releases?|license|licence|copying|copyright|notice|authors|contributors|contributing|maintainers|credits|thanks|acknowledge?ments|install|upgrading|todo|hacking|security|code_of_conduct|support|faq)(?:[-_][\p{L}\p{N}_-]+)?(?:\.(?:ja|jp|en|zh|cn|tw|ko|kr|fr|de|es|pt|br|it|ru))?$/iu;

/**
 * @param name a file's name or path
 * @returns how it is parsed; null if its name does not say that it is text
 */
export function formatOf(name: string): DocumentFormat | null {
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (MARKDOWN.test(base)) return 'markdown';
  return TEXT.test(base) || README_LIKE.test(base) ? 'text' : null;
}

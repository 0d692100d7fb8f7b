/** Headings at the start of a passage that are printed above it anyway. Pure. */

/**
 * A passage without the Markdown headings at its start that are among `shown`. A passage that is
 * nothing but headings stays as it is.
 */
export function withoutShownHeadings(passage: string, shown: readonly string[]): string {
  const known = new Set(shown.map(plain));
  let rest = passage.trimStart();
  for (;;) {
    const heading = headingAt(rest);
    if (heading === null || !known.has(plain(heading.name))) break;
    rest = rest.slice(heading.length).trimStart();
  }
  return rest === '' ? passage : rest;
}

/** The heading that a text begins with: `# Title`, or a title with `===` or `---` below it. */
function headingAt(text: string): { name: string; length: number } | null {
  const [first = '', second = ''] = text.split('\n', 2);
  const atx = /^#{1,6}(?=[ \t]|$)/.exec(first);
  if (atx !== null) {
    const name = first.slice(atx[0].length).trim();
    return { name: name.replace(/(?:^|[ \t])#+$/, ''), length: first.length };
  }
  if (!/^ {0,3}(?:=+|-+)[ \t]*$/.test(second)) return null;
  return { name: first, length: first.length + 1 + second.length };
}

/** Longer ones are never shown whole; the pattern of links takes quadratic time. In UTF-16 units. */
const LONGEST = 2000;

/** A heading's text without its markup, which the names shown do not have. */
function plain(heading: string): string {
  if (heading.length > LONGEST) return heading;
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/gu, '$1')
    .replace(/[\\`*_~]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

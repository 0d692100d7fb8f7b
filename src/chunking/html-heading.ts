/**
 * Headings in HTML, as READMEs have them: `<h1 align="center">…</h1>`, often with a logo. Their text becomes
 * title and heading path like that of any other.
 */
import { ENTITIES } from '../text/entities.ts';

/** A larger block is a page of HTML, not the head of a document. In UTF-16 units. */
const MAX_BLOCK = 2000;

const HEADING = /<h([1-6])\b[^<>]*>([\s\S]*?)<\/h\1\s*>/gi;
const NAMED_IMAGE = /<img\b[^<>]*\balt\s*=\s*(?:"([^"]*)"|'([^']*)')[^<>]*>/gi;

/** A heading found in HTML. */
export interface HtmlHeading {
  readonly level: number;
  /** '' for one that is only a picture. */
  readonly text: string;
}

/** The heading that a block of HTML is there for; null if it has none, or several. */
export function htmlHeading(block: string): HtmlHeading | null {
  if (block.length > MAX_BLOCK) return null;
  const found = [...block.matchAll(HEADING)];
  const [only] = found;
  if (only === undefined || found.length > 1) return null;
  return { level: Number(only[1]), text: plainText(only[2] ?? '') };
}

/** What a reader sees; of pictures without text beside them, their names. */
function plainText(html: string): string {
  const text = withoutTags(html);
  return text === '' ? withoutTags(html.replace(NAMED_IMAGE, '$1$2')) : text;
}

function withoutTags(html: string): string {
  return html
    .replace(/<!--[\s\S]*?-->|<br\b[^<>]*>/gi, ' ')
    .replace(/<[^<>]*>/g, '')
    .replace(/&[a-z]+;/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

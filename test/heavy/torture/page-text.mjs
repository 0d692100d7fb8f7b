/**
 * Pages whose every line says which page it is and from which version: whoever reads a passage can tell
 * all of what that version says. Plain JavaScript, for readers in processes of their own.
 */

/** Parts of a page change in turn, so that neighbours in one version are of different age. */
const PARTS = 3;

const MARK = /⟦([\w-]+) (\d+)⟧/g;

/** What a page says in a version. Cards are one short paragraph, other pages have three parts. */
export function pageText(name, version) {
  if (name.startsWith('card')) return `${line(name, version, 0)}\n`;
  const parts = Array.from({ length: PARTS }, (_, part) => {
    const changed = Math.max(0, version - ((version - part + PARTS) % PARTS));
    // Lines move down and up again.
    const lines = Array.from({ length: 9 + (changed % 4) }, (_, at) => line(name, changed, at));
    return `## Part ${part}\n\n${lines.join('\n')}\n`;
  });
  return `# ${name}\n\n${parts.join('\n')}`;
}

function line(name, version, at) {
  const mark = `⟦${name} ${version}⟧`;
  return at % 2 === 0
    ? `${mark} The lantern of harbour ${at} was lit ${version} times, and ${name} says so.`
    : `${mark} ${at}番の灯台は${version}回ともされ、港の人は皆それを知っている。`;
}

/**
 * Compares a passage with the versions that it can be of.
 *
 * @returns the page's name and version; null if no single version says this at these lines
 */
export function versionOf({ text, startOffset, endOffset, startLine, endLine }) {
  const marks = [...text.matchAll(MARK)];
  const names = new Set(marks.map(([, name]) => name));
  const [name] = names;
  if (names.size !== 1) return null;
  const newest = Math.max(...marks.map(([, , version]) => Number(version)));
  for (let version = newest; version < newest + PARTS; version++) {
    const whole = pageText(name, version);
    const isText = squeeze(whole.slice(startOffset, endOffset)) === squeeze(text);
    const isAt =
      lineAt(whole, startOffset) === startLine && lineAt(whole, endOffset - 1) === endLine;
    if (isText && isAt) return { name, version };
  }
  return null;
}

function lineAt(text, offset) {
  return text.slice(0, offset).split('\n').length;
}

function squeeze(text) {
  return text.replaceAll(/\s+/g, ' ').trim();
}

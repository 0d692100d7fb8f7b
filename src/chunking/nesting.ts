/**
 * How deep front matter is nested, known before it is parsed: the parsers call themselves for every
 * level, and where the stack ends inside a regular expression V8 ends the process, which nobody can catch.
 */

/**
 * True if YAML or TOML may be nested deeper than `most` levels. Brackets count wherever they stand, also
 * in quotes.
 */
export function isNestedDeeper(source: string, most: number): boolean {
  return bracketDepth(source, most) > most || indentDepth(source, most) > most;
}

/** Open brackets at most; stops beyond `most`. */
function bracketDepth(source: string, most: number): number {
  let open = 0;
  let deepest = 0;
  for (let index = 0; index < source.length && deepest <= most; index += 1) {
    const character = source.charAt(index);
    if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

/** Columns that stand inside each other: of lines, and of what follows `- `, `? ` and `: ` on one line. */
function indentDepth(source: string, most: number): number {
  const columns: number[] = [];
  let deepest = 0;
  for (const line of source.split('\n')) {
    const [start = ''] = /^(?:[ \t]|[-?:](?=[ \t]))*/.exec(line) ?? [];
    if (start.length === line.trimEnd().length && !/[-?:]/.test(start)) continue;
    for (let column = 0; column <= start.length; column += 1) {
      if (column < start.length && /[ \t]/.test(start.charAt(column))) continue;
      while (columns.length > 0 && (columns.at(-1) ?? 0) >= column) columns.pop();
      columns.push(column);
      if (columns.length > most) return columns.length;
    }
    deepest = Math.max(deepest, columns.length);
  }
  return deepest;
}

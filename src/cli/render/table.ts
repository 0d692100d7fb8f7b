/** Tables that line up in a terminal, wide characters included. */
import stringWidth from 'string-width';

/** Rows under a header, columns padded to their widest cell; those in `right` line up at the right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    all.reduce((widest, row) => Math.max(widest, stringWidth(row[column] ?? '')), 0),
  );
  const toLine = (row: readonly string[]): string =>
    header
      .map((name, column) => {
        const cell = row[column] ?? '';
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
        return right.includes(name) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd();
  return all.map((row) => `${toLine(row)}\n`).join('');
}

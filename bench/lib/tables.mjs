/** Tables for the console and for Markdown, and numbers as they stand in them. */

/** A table for a terminal: columns aligned, numbers to the right. */
export function toText({ title, columns, rows }) {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const right = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumeric(row[i])));
  const line = (row) =>
    row.map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join('  ');
  const [head, ...body] = cells.map((row) => line(row).trimEnd());
  return [title, '', head, widths.map((width) => '-'.repeat(width)).join('  '), ...body].join('\n');
}

/** The same table in Markdown. */
export function toMarkdown({ title, columns, rows }) {
  const right = columns.map((_, i) => rows.length > 0 && rows.every((row) => isNumeric(row[i])));
  const line = (row) => `| ${row.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${right.map((isRight) => (isRight ? '---:' : '---')).join('|')}|`;
  return [`## ${title}`, '', line(columns), rule, ...rows.map(line)].join('\n');
}

function isNumeric(cell) {
  return /^[-–]?$|^-?[\d.,]+( ?(%|×|ms|s|MB|KB|GB|µs))?$/.test(String(cell));
}

/** Three significant digits, never an exponent: `0.123`, `12.3`, `1230`. */
export function digits(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return '–';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(Math.abs(value) >= 1 ? 2 : 3);
}

/** Bytes in MB (10⁶). */
export function megabytes(bytes) {
  return bytes === undefined || bytes === null ? '–' : digits(bytes / 1e6);
}

/** A recall or another share: four places, since .98 and .984 are worlds apart. */
export function share(value) {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(4);
}

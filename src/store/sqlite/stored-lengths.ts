/**
 * How long stored values may be, asked in SQL before they are read: a corpus may come from elsewhere, and one
 * value of a hundred megabytes is several times that in memory by the time that it is seen. Whatever indexing
 * stores is shorter.
 */

/** Columns whose length depends on the documents. */
type LongColumn = 'text' | 'context' | 'headings' | 'title' | 'front_matter' | 'path' | 'value';

/** Bytes of UTF-8. */
const MAX_BYTES: Readonly<Record<LongColumn, number>> = {
  /** A chunk can be all of a file, and that of 10 MB may have been in an encoding of two bytes. */
  text: 16 * 1024 * 1024,
  /** 160 tokens of headings and of a table's header. */
  context: 256 * 1024,
  /** Six headings of 1,000 letters. */
  headings: 256 * 1024,
  /** Of front matter, whose source has 65,536 letters. */
  title: 256 * 1024,
  front_matter: 16 * 1024 * 1024,
  path: 64 * 1024,
  value: 16 * 1024 * 1024,
};

/**
 * A column in a SELECT, or something else where its value is too long. SQLite knows the length without reading
 * the value.
 *
 * @param column with its table, if that has to be said: `document.title`
 * @param otherwise an SQL literal
 */
export function bounded(
  column: LongColumn | `${string}.${LongColumn}`,
  otherwise: 'NULL' | "''" = 'NULL',
): string {
  const name = column.slice(column.indexOf('.') + 1) as LongColumn;
  return `CASE WHEN octet_length(${column}) > ${MAX_BYTES[name]} THEN ${otherwise} ELSE ${column} END`;
}

/** Bytes that passages read together may have, and so many more for each: 64 KiB is 20,000 tokens. */
const MAX_TOGETHER = 24 * 1024 * 1024;
const MORE_EACH = 64 * 1024;

/** Whether so many passages may be read together. */
export function fitTogether(passages: number, bytes: number): boolean {
  return bytes <= MAX_TOGETHER + passages * MORE_EACH;
}

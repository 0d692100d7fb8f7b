/**
 * How long stored values may be, asked in SQL before they are read: a corpus may come from elsewhere, and one
 * value of a hundred megabytes is several times that in memory by the time that it is seen. Whatever indexing
 * stores is shorter.
 */
import { RowDamaged } from './sqlite-errors.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Of a name, a prefix or a digest of a model: 10,000 UTF-16 units, which spaces.ts checks. */
const OF_A_MODEL = 40_000;

/** Columns whose length is bounded. */
type LongColumn =
  | 'text'
  | 'context'
  | 'headings'
  | 'title'
  | 'front_matter'
  | 'path'
  | 'value'
  | 'include'
  | 'exclude'
  | 'encoding'
  | 'chunker'
  | 'code'
  | 'message'
  | 'fingerprint'
  | 'kind'
  | 'model'
  | 'digest'
  | 'document_prompt'
  | 'query_prompt'
  | 'input_hash'
  | 'content_hash'
  | 'vector'
  | 'mean'
  | 'terms'
  | 'frequencies'
  | 'term'
  | 'data'
  | 'name'
  | 'checksum'
  | 'sql';

/** Bytes of columns that may be long: of UTF-8, where they are texts. */
const MAX_BYTES: Readonly<Record<LongColumn, number>> = {
  /** A chunk can be all of a file, and that of 10 MB may have been in an encoding of two bytes. */
  text: 16 * MIB,
  /** 160 tokens of headings and of a table's header. */
  context: 256 * KIB,
  /** Six headings of 1,000 letters. */
  headings: 256 * KIB,
  /** Of front matter, whose source has 65,536 letters. */
  title: 256 * KIB,
  /** 131,072 units of text, each six bytes of JSON at most, in 20,000 values: what `front-matter.ts` keeps to. */
  front_matter: MIB,
  /** Windows has paths of 32,767 UTF-16 units, other systems of 4,096 bytes. */
  path: 64 * KIB,
  /** Of `meta`: among others the sources outside that were named. */
  value: 4 * MIB,
  /** Of a source; `requireStorable` keeps to it. */
  include: MIB,
  exclude: MIB,
  encoding: 64,
  /** Version, two sizes, an encoding. */
  chunker: 256,
  /** Of a remembered failure. */
  code: 256,
  message: 64 * KIB,
  fingerprint: 256,
  kind: OF_A_MODEL,
  model: OF_A_MODEL,
  digest: OF_A_MODEL,
  document_prompt: OF_A_MODEL,
  query_prompt: OF_A_MODEL,
  /** SHA-256. */
  input_hash: 32,
  content_hash: 32,
  /** 32,768 dimensions of four bytes. */
  vector: 128 * KIB,
  mean: 128 * KIB,
  /** The terms of a passage: pairs of letters, twice as long as a text of them. */
  terms: 32 * MIB,
  frequencies: 8 * MIB,
  /** One of them. */
  term: 4 * KIB,
  /** A block of 1,024 postings of five bytes. */
  data: 5 * KIB,
  /** Of a migration, or of anything that a corpus declares. */
  name: 256,
  checksum: 256,
  sql: 64 * KIB,
};

/** What stands in the place of a value that is too long: `x''` is a BLOB, which is no text. */
type Otherwise = 'NULL' | "''" | "x''";

/** The most bytes that a column may hold. */
export function maxBytes(column: LongColumn): number {
  return MAX_BYTES[column];
}

/**
 * A column in a SELECT, or something else where its value is too long. SQLite knows the length without reading
 * the value.
 *
 * @param column with its table, if that has to be said: `document.title`
 * @param otherwise an SQL literal
 */
export function bounded(
  column: LongColumn | `${string}.${LongColumn}`,
  otherwise: Otherwise = 'NULL',
): string {
  const name = column.slice(column.indexOf('.') + 1) as LongColumn;
  return boundedTo(column, MAX_BYTES[name], otherwise);
}

/** The same with a limit of its own. */
export function boundedTo(column: string, bytes: number, otherwise: Otherwise): string {
  return `CASE WHEN octet_length(${column}) > ${bytes} THEN ${otherwise} ELSE ${column} END`;
}

/** A condition: none of these columns is too long. */
export function within(columns: readonly LongColumn[]): string {
  return columns
    .map((column) => `ifnull(octet_length(${column}), 0) <= ${MAX_BYTES[column]}`)
    .join(' AND ');
}

/** A value that was not too long. @throws RowDamaged for null, which stands for one that was */
export function requireValue<T>(value: T | null, what: string): T {
  if (value === null) throw new RowDamaged(`${what} of too many bytes`);
  return value;
}

/** Bytes that passages read together may have, and so many more for each: 64 KiB is 20,000 tokens. */
const MAX_TOGETHER = 24 * MIB;
const MORE_EACH = 64 * KIB;

/** Whether so many passages may be read together. */
export function fitTogether(passages: number, bytes: number): boolean {
  return bytes <= MAX_TOGETHER + passages * MORE_EACH;
}

/** Bytes that a page of rows has about, if it is not of one row: what is read at once stays small. */
const PAGE_BYTES = 4 * MIB;

/**
 * The first rows until they are large together; at least one, if there is any.
 *
 * @param rows as they are read, so that no more are than are taken
 * @param lengthOf UTF-16 units of the long values of a row
 */
export function takePage<Row>(rows: Iterable<Row>, lengthOf: (row: Row) => number): readonly Row[] {
  const page: Row[] = [];
  let length = 0;
  for (const row of rows) {
    page.push(row);
    length += lengthOf(row);
    if (length > PAGE_BYTES) break;
  }
  return page;
}

/** Rows of a page, where one may have so many bytes. @param most rows where all are short */
export function rowsToAPage(bytes: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(PAGE_BYTES / Math.max(1, bytes))));
}

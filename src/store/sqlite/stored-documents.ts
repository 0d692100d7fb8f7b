/** Stored documents as runs read them: to plan, and to reuse what is there. */
import type { Database } from 'better-sqlite3';
import type { DocumentPlace } from '../reading-types.ts';
import type { ContentKey, HashedChunk, ManifestEntry, NewDocument } from '../writing-types.ts';
import { RowDamaged } from './sqlite-errors.ts';
import { statement } from './statements.ts';
import { storedObject, storedTexts } from './stored-json.ts';
import { bounded, fitTogether, maxBytes } from './stored-lengths.ts';

/** As an array: a third quicker to read than objects, for every file of a corpus on every run. */
type ManifestRow = [
  id: bigint,
  path: string,
  size: bigint,
  mtimeNs: bigint,
  observedAtNs: bigint,
  chunker: string,
];

/**
 * A path that no file has, a different one for each document, where the stored one is too long: the next run
 * finds no such file and takes the document out.
 */
const PATH = `CASE WHEN octet_length(path) > ${maxBytes('path')} THEN char(0) || id ELSE path END`;

/** What is known of the files of a source, by path. */
export function readManifest(db: Database, sourceId: number): readonly ManifestEntry[] {
  const rows = statement<[number], ManifestRow>(
    db,
    `SELECT id, ${PATH}, size, mtime_ns, observed_at, ${bounded('chunker', "''")}
     FROM document WHERE source_id = ? ORDER BY path`,
  );
  return rows.safeIntegers().raw().all(sourceId).map(toEntry);
}

function toEntry([id, path, size, mtimeNs, observedAtNs, chunker]: ManifestRow): ManifestEntry {
  return { id: Number(id), path, size: Number(size), mtimeNs, observedAtNs, chunker };
}

/** Documents with these bytes, cut by this chunker in this format. */
export function documentsOfContent(
  db: Database,
  { contentHash, chunker, format }: ContentKey,
): readonly DocumentPlace[] {
  const same = statement<[Uint8Array, string, string], DocumentPlace>(
    db,
    `SELECT id, source_id AS sourceId, ${PATH} AS path FROM document
     WHERE content_hash = ? AND chunker = ? AND format = ? ORDER BY id`,
  );
  return same.all(contentHash, chunker, format);
}

type DocumentRow = Omit<
  NewDocument,
  'chunks' | 'frontMatter' | 'frontMatterErrorLine' | 'sourceId' | 'size'
> & {
  readonly id: bigint;
  readonly sourceId: bigint;
  readonly size: bigint;
  readonly frontMatter: string | null;
  readonly frontMatterErrorLine: bigint | null;
};

/** Documents that have a chunk with this input, whole. */
export function documentsOfInput(db: Database, inputHash: Uint8Array): readonly NewDocument[] {
  const rows = statement<[Uint8Array], DocumentRow>(
    db,
    `SELECT id, source_id AS sourceId, ${PATH} AS path, ${bounded('title')} AS title,
       ${bounded('front_matter')} AS frontMatter,
       front_matter_error_line AS frontMatterErrorLine, format, encoding, size, mtime_ns AS mtimeNs, observed_at AS observedAtNs,
       content_hash AS contentHash,
       ${bounded('chunker', "''")} AS chunker
     FROM document WHERE id IN (SELECT document_id FROM chunk WHERE input_hash = ?)`,
  );
  return rows
    .safeIntegers()
    .all(inputHash)
    .map(({ id, sourceId, size, frontMatter, frontMatterErrorLine: line, ...rest }) => ({
      ...rest,
      sourceId: Number(sourceId),
      size: Number(size),
      frontMatter: storedObject(frontMatter),
      frontMatterErrorLine: line === null ? null : Number(line),
      chunks: readChunks(db, id),
    }));
}

function readChunks(db: Database, documentId: bigint): readonly HashedChunk[] {
  const lengths = statement<[bigint], { count: number; bytes: number }>(
    db,
    `SELECT count(*) AS count,
       total(octet_length(text) + octet_length(context) + octet_length(headings)) AS bytes
     FROM chunk WHERE document_id = ?`,
  ).get(documentId);
  if (lengths === undefined || !fitTogether(lengths.count, lengths.bytes)) {
    throw new RowDamaged('a document of too many bytes');
  }
  const rows = statement<[bigint], Omit<HashedChunk, 'headings'> & { readonly headings: string }>(
    db,
    `SELECT ordinal, headings, start_line AS startLine, end_line AS endLine,
       start_offset AS startOffset, end_offset AS endOffset, text, context,
       input_hash AS inputHash
     FROM chunk WHERE document_id = ? ORDER BY ordinal`,
  );
  return rows.all(documentId).map((chunk) => ({ ...chunk, headings: storedTexts(chunk.headings) }));
}

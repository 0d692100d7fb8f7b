/** Inputs of stored chunks that have no vector in a space, page by page. */
import type { Database } from 'better-sqlite3';
import type { EmbeddingInput, MissingInputs } from '../writing-types.ts';
import { statement } from './statements.ts';
import { takePage, within } from './stored-lengths.ts';

/** Inputs read at once: about as many as are in flight. */
const PAGE = 200;

/** Some missing inputs, and where the next ones begin; null behind the last. */
export interface MissingPage {
  readonly inputs: readonly EmbeddingInput[];
  readonly next: number | null;
}

/**
 * The next missing inputs, in the order of their chunks. An input that several chunks share comes with the
 * first of them.
 *
 * @param from what the page before gave as `next`; 0 at first
 */
export function readMissing(
  db: Database,
  spaceId: number,
  { except, among, from }: MissingInputs & { readonly from: number },
): MissingPage {
  const chunks =
    among === 'all'
      ? 'chunk WHERE'
      : `chunk INDEXED BY chunk_input_hash
         WHERE input_hash IN (SELECT input_hash FROM failure WHERE space_id = @space) AND`;
  const page = statement<[object], EmbeddingInput & { readonly id: number }>(
    db,
    `WITH left_out AS MATERIALIZED (SELECT value FROM json_each(@except))
     SELECT id, input_hash AS inputHash, context || text AS text FROM ${chunks}
       id > @from AND document_id NOT IN left_out AND ${within(['text', 'context'])}
       AND NOT EXISTS (
         SELECT 1 FROM embedding AS e
         WHERE e.space_id = @space AND e.input_hash = chunk.input_hash)
       AND id = (SELECT min(id) FROM chunk AS c
                 WHERE c.input_hash = chunk.input_hash AND c.document_id NOT IN left_out)
     ORDER BY id LIMIT ${PAGE}`,
  );
  const given = { space: spaceId, except: JSON.stringify(except), from };
  const rows = takePage(page.iterate(given), ({ text }) => text.length);
  return {
    inputs: rows.map(({ inputHash, text }) => ({ inputHash, text })),
    next: rows.at(-1)?.id ?? null,
  };
}

/** Corpora as candidates see them: built once, and which row of the data a passage is. */
import { bytesOf } from './built.mjs';
import { syntheticCorpus } from './corpus.mjs';

/** Builds the corpus of a data set, or takes the one that it came from. */
export async function corpusBuild(data) {
  if (data.corpus !== undefined) return { path: data.corpus, bytes: bytesOf(data.corpus) };
  return syntheticCorpus(data);
}

/** A row is a chunk, in the order of their ids. */
export function rowFinder(db) {
  const ids = db.prepare('SELECT count(*) AS n, min(id) AS low, max(id) AS high FROM chunk').get();
  const dense = ids.high - ids.low + 1 === ids.n;
  const before = db.prepare('SELECT count(*) FROM chunk WHERE id < ?').pluck();
  const byChunk = (id) => (dense ? id - ids.low : before.get(id));
  // With its text: a long line holds several chunks.
  const place = db
    .prepare(
      `SELECT chunk.id FROM document JOIN chunk ON chunk.document_id = document.id
       WHERE document.path = ? AND chunk.start_line = ? AND chunk.text = ?`,
    )
    .pluck();
  return { byChunk, byPlace: (path, line, text) => byChunk(place.get(path, line, text)) };
}

/** Bytes of the pages of a corpus's index of words. */
export function wordsBytes(db) {
  const sum = db.prepare("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'words\\_%' ESCAPE '\\'");
  return sum.pluck().get();
}

/** The statement of docs/schema.md on a corpus: what any SQLite client with sqlite-vec can do. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import * as sqliteVec from 'sqlite-vec';
import { corpusBuild, rowFinder } from '../corpus-rows.mjs';

export const build = corpusBuild;

/** Every vector compared, in one statement that is read from the documentation itself. */
export async function open(data) {
  const { path } = await corpusBuild(data);
  const db = new Database(path, { readonly: true });
  sqliteVec.load(db);
  const statement = db.prepare(documented('nearest'));
  const { byPlace } = rowFinder(db);
  const search = (vector) => statement.all({ vector });
  const rows = (found) => found.map((hit) => byPlace(hit.path, hit.start_line, hit.text));
  const variants = [{ name: 'docs/schema.md: every vector compared, in SQL', search, rows }];
  return { variants, close: () => db.close() };
}

function documented(name) {
  const text = readFileSync(new URL('../../../docs/schema.md', import.meta.url), 'utf8');
  return new RegExp(`\`\`\`sql ${name}\\n([\\s\\S]*?)\`\`\``).exec(text)[1];
}

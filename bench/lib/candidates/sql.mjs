/** The statement of docs/schema.md on a corpus: what any SQLite client with sqlite-vec can do. */
import { readFileSync } from 'node:fs';
import { openCorpusFile } from '../../../dist/store/sqlite/open.js';
import { corpusBuild, rowFinder } from '../corpus-rows.mjs';

export const build = corpusBuild;

/** Every vector compared, in one statement that is read from the documentation itself. */
export async function open(data) {
  const { path } = await corpusBuild(data);
  const file = openCorpusFile(path, 'read', 0);
  const statement = file.db.prepare(documented('nearest'));
  const { byPlace } = rowFinder(file.db);
  const search = (vector) => statement.all({ vector });
  const rows = (found) => found.map((hit) => byPlace(hit.path, hit.start_line, hit.text));
  const variants = [{ name: 'docs/schema.md: every vector compared, in SQL', search, rows }];
  return { variants, close: () => file.close() };
}

function documented(name) {
  const text = readFileSync(new URL('../../../docs/schema.md', import.meta.url), 'utf8');
  return new RegExp(`\`\`\`sql ${name}\\n([\\s\\S]*?)\`\`\``).exec(text)[1];
}

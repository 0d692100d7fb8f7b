/** Brings the ordinary tables of a corpus up to date: each migration in one transaction with its record. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { CorpusError } from '../../model/errors.ts';
import { bounded } from './stored-lengths.ts';

/** A migration as a corpus records it. */
export interface MigrationRecord {
  /** The file's name without `.sql`; sorted by code unit, which is their order. */
  readonly name: string;
  /** SHA-256 of the SQL with LF line ends, in hex. */
  readonly checksum: string;
}

/** One file of migrations/. */
export interface Migration extends MigrationRecord {
  readonly sql: string;
}

/**
 * What {@link readMigrations} finds, without reading and hashing it: a search opens a corpus with
 * this, so that it loads neither the files nor a hash function. A test compares the two.
 */
export const KNOWN_MIGRATIONS: readonly MigrationRecord[] = [
  {
    name: '0001_initial',
    checksum: '6dfe00cc8111b3d823489de768ef350367c89e3e1242602e32537dfd05560e94',
  },
  {
    name: '0002_front_matter_error_line',
    checksum: '6736d38bf2a51beb89b0e9fd9b220c01f192eb56eba7a4d5c10c3b9443acf8dd',
  },
  {
    name: '0003_source_encoding',
    checksum: 'cedfaa2d698fe9ed89efbc8fb623623b38cf7584511e079de82eb490cd54c273',
  },
];

/** One that is not known is an error however many there are. */
const MAX_APPLIED = 1000;

const MIGRATIONS = new URL('../../../migrations/sqlite/', import.meta.url);

/** Reads the migrations that ship with this version, in order. */
export function readMigrations(folder: URL = MIGRATIONS): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((file) => {
    // A checkout on Windows may have turned line ends into CRLF: the same migration all the same.
    const sql = readFileSync(new URL(file, folder), 'utf8').replaceAll('\r\n', '\n');
    const checksum = createHash('sha256').update(sql).digest('hex');
    return { name: file.slice(0, -'.sql'.length), sql, checksum };
  });
}

/**
 * Compares what a corpus has been through with what this version knows.
 *
 * @returns the migrations still to run
 * @throws CorpusError `CORPUS_NEWER` if the file has a migration that this version does not know,
 *   `CORPUS_DAMAGED` if one differs from ours
 */
export function pendingMigrations<T extends MigrationRecord>(
  db: Database,
  path: string,
  known: readonly T[],
): readonly T[] {
  const applied = db.prepare<[], { name: string; checksum: string }>(
    `SELECT ${bounded('name', "''")} AS name, ${bounded('checksum', "''")} AS checksum
     FROM migration ORDER BY name LIMIT ${MAX_APPLIED}`,
  );
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  const done = new Set<string>();
  for (const { name, checksum } of applied.all()) {
    const ours = byName.get(name);
    if (ours === undefined) {
      const message = `${path} was written by a newer umekomi (it has migration ${name}); update umekomi.`;
      throw new CorpusError('CORPUS_NEWER', message);
    }
    if (ours.checksum !== checksum) {
      const message = `${path} has another form of migration ${name} than this umekomi.`;
      throw new CorpusError('CORPUS_DAMAGED', message, { remedy: { code: 'name-corpus' } });
    }
    done.add(name);
  }
  return known.filter((migration) => !done.has(migration.name));
}

/** Runs migrations, each in one transaction with its record. */
export function migrate(db: Database, pending: readonly Migration[], now: number): void {
  const isApplied = db.prepare('SELECT 1 FROM migration WHERE name = ?');
  for (const { name, sql, checksum } of pending) {
    const apply = db.transaction(() => {
      // Another process that opened the same file may have been first.
      if (isApplied.get(name) !== undefined) return;
      db.exec(sql);
      db.prepare('INSERT INTO migration (name, checksum, applied_at) VALUES (?, ?, ?)').run(
        name,
        checksum,
        now,
      );
    });
    apply.immediate();
  }
}

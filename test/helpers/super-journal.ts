/** A rollback journal as SQLite leaves it in a commit over several files, made by hand. */

const MAGIC = Buffer.from('d9d505f920a163d7', 'hex');
const SECTOR = 512;

/** Page number of the lock byte in a file of 32 KiB pages: stands before the name, where no page can. */
const LOCK_PAGE = 0x40000000 / 32768 + 1;

/** A hot journal without pages whose last record names a file (sqlite.org/fileformat2.html#the_rollback_journal). */
export function superJournal(named: string): Buffer {
  const header = Buffer.alloc(SECTOR);
  MAGIC.copy(header);
  header.writeUInt32BE(SECTOR, 20);
  header.writeUInt32BE(32768, 24);
  const name = Buffer.from(named);
  const sum = name.reduce((total, byte) => (total + byte) >>> 0, 0);
  return Buffer.concat([
    ...[header, number(LOCK_PAGE), name],
    ...[number(name.length), number(sum), MAGIC],
  ]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

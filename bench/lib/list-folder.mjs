/** A process that does nothing but list a folder with sizes and times: what an index run is held against. */
import fg from 'fast-glob';

const found = await fg('**', { cwd: process.argv[2], stats: true });
if (found.length === 0) throw new Error('There is nothing in that folder.');

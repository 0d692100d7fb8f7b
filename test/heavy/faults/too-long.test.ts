/** A server that reads less than it says: what is too long is cut, again if need be, wherever it stands. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ollama } from '../../../src/embedding/ollama.ts';
import { findBroken, logicalDump, runIndex, sampleDocument, value } from '../../helpers/corpus.ts';
import { tooLong } from '../../helpers/stand-in/faults.ts';
import { EMBEDDING_MODEL } from '../../helpers/stand-in/models.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { plant, temporaryFolders } from '../../helpers/temp.ts';

const temporary = temporaryFolders();
let server: StandIn;
let root: string;
let db: string;
beforeEach(async () => {
  server = await startStandIn({ models: [EMBEDDING_MODEL] });
  root = temporary();
  db = join(temporary(), 'corpus.db');
});
afterEach(() => server.close());

/** A chunk is about 700 characters long: it is halved three times. */
const readOnly = (characters: number): void =>
  server.fault(tooLong((text) => text.length > characters));

const index = (options: object = {}) =>
  runIndex(db, ollama({ endpoint: server.url, model: 'bge-m3', retries: 0 }), [root], {
    ...{ batchSize: 2, concurrency: 1 },
    ...options,
  });

it('a text that is cut three times is cut so in a document that is read later, too', async () => {
  readOnly(120);
  for (let i = 0; i < 4; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
  plant(root, { 'z.md': sampleDocument(0) });
  expect(await index()).toMatchObject({ inputs: { failed: 0 }, failures: [] });
  expect(value(db, 'SELECT max(length(context || text)) FROM chunk')).toBeLessThanOrEqual(120);
  expect(findBroken(db)).toEqual([]);
});

it('a rebuild for such a server cuts documents that changed and those that did not', async () => {
  for (let i = 0; i < 6; i++) plant(root, { [`f${i}.md`]: sampleDocument(i) });
  await index();
  // Half of them are edited; the last one now shares all of its text with one that stays.
  for (const i of [0, 2, 5]) plant(root, { [`f${i}.md`]: sampleDocument(i === 5 ? 1 : i + 20) });
  server.setModels([{ ...EMBEDDING_MODEL, digest: 'b'.repeat(64), dimensions: 24 }]);
  readOnly(150);
  expect(await index({ rebuild: true })).toMatchObject({ inputs: { failed: 0 }, failures: [] });
  expect(findBroken(db)).toEqual([]);
  expect(value(db, 'SELECT max(length(context || text)) FROM chunk')).toBeLessThanOrEqual(150);
  const before = logicalDump(db);
  expect(await index()).toMatchObject({ inputs: { embedded: 0, failed: 0 } });
  expect(logicalDump(db)).toEqual(before);
});

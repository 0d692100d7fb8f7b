/**
 * Builds the two data files of `builtin/lexical-2` from the files of two Debian packages; run `npm run build`
 * before. data/builtin/README.md says which versions the committed files were made from, and their licences.
 * The same input gives the same bytes. Nothing is downloaded.
 *
 *     node scripts/lexicon/build.mjs <out> <edict> <compdic> <data.noun> <data.verb> <data.adj> <data.adv>
 *
 * edict, compdic: package `edict`, EUC-JP, also gzipped. data.*: package `wordnet-base`.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hashString, SEED } from '../../dist/embedding/builtin/hashing.js';
import { parseEdict } from './edict.mjs';
import { featureFrequencies, inverseFrequency, wordnetGlosses } from './english.mjs';
import { packCommonness, packLexicon } from './pack.mjs';
import { addEntries, probabilities } from './translations.mjs';

/** COMPDIC is about what umekomi's readers write about. */
const COMPDIC_WEIGHT = 3;
/** The most common features; all others weigh 1. Half as many cost .006 nDCG@10 across languages. */
const MOST_FEATURES = 30_000;

const [out, edict, compdic, ...wordnet] = process.argv.slice(2);
if (wordnet.length !== 4) {
  console.error(
    'usage: node scripts/lexicon/build.mjs <out> <edict> <compdic> <data.*> (four of them)',
  );
  process.exit(2);
}

function readUnpacked(path) {
  const bytes = readFileSync(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

const glosses = wordnet.flatMap((path) => wordnetGlosses(readUnpacked(path).toString('utf8')));
const common = [...featureFrequencies(glosses)]
  .sort(([a, p], [b, q]) => q - p || a - b)
  .slice(0, MOST_FEATURES);
const inverse = new Map(common.map(([feature, p]) => [feature, inverseFrequency(p)]));

const weights = new Map();
addEntries(weights, parseEdict(readUnpacked(edict)), 1);
addEntries(weights, parseEdict(readUnpacked(compdic)), COMPDIC_WEIGHT);
const translations = probabilities(
  weights,
  (stem) => inverse.get(hashString(SEED.stem, stem)) ?? 1,
);

mkdirSync(out, { recursive: true });
for (const [name, bytes, what] of [
  ['japanese-english.dat', packLexicon(translations), `${translations.size} keys`],
  ['english-frequencies.dat', packCommonness(inverse), `${inverse.size} features`],
]) {
  writeFileSync(join(out, name), bytes);
  console.log(`${name}: ${bytes.length} bytes, ${what}`);
}

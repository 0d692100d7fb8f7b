/**
 * A process that searches as long as it is told to, and compares every hit with what a page says in one
 * version: `node … <corpus> <endpoint> <number>`. Sends what it saw when it is told to stop.
 */
import { ollama, openCorpus } from '../../../dist/index.js';
import { pageText, versionOf } from './page-text.mjs';

const [db, endpoint, number] = process.argv.slice(2);

/** Pages that are there all the time, and one that is there under one of two names. */
const LASTING = ['page-0', 'page-1', 'page-2', 'page-3'];
const QUERIES = [
  'the lantern of the harbour',
  '灯台は何回ともされたか',
  'page-2 says so',
  '港の人',
];

/** Searches before the corpus is opened anew. */
const REOPEN = 40;

/** One hit in so many is compared with vectors that the server computes. */
const COMPARE_EVERY = 3;

const seen = { searches: {}, hits: 0, compared: 0, versions: [], spaces: [], faults: [] };
const versions = new Set();
const spaces = new Set();
const vectors = new Map();
let stopped = false;
let turn = Number(number);

function fault(text) {
  if (seen.faults.length < 10) seen.faults.push(text);
}

function open() {
  const embedder = ({ model, dimensions }) => ollama({ endpoint, model, dimensions });
  return openCorpus(db, { embedder, readOnly: true });
}

async function vectorOf(model, dimensions, text) {
  const key = `${model} ${dimensions} ${text}`;
  const known = vectors.get(key);
  if (known !== undefined) return known;
  const body = JSON.stringify({ model, input: [text], dimensions });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}/api/embed`, { method: 'POST', headers, body });
  const [vector] = (await answer.json()).embeddings;
  if (vectors.size > 500) vectors.clear();
  vectors.set(key, vector);
  return vector;
}

/** Of a card the whole text is what was embedded. */
async function compare(query, hit, space) {
  const [a, b] = await Promise.all(
    [query, hit.text].map((text) => vectorOf(space.model, space.dimensions, text)),
  );
  const cosine = a.reduce((sum, value, i) => sum + value * b[i], 0);
  seen.compared += 1;
  if (Math.abs(cosine - hit.similarity) > 1e-4) {
    fault(`a similarity of ${hit.similarity} that is ${cosine}`);
  }
}

function check({ hits }) {
  let last = Number.POSITIVE_INFINITY;
  for (const hit of hits) {
    const found = versionOf(hit);
    if (found === null) {
      fault(`a mixture: ${hit.path}:${hit.startLine}-${hit.endLine} ${JSON.stringify(hit.text)}`);
    } else versions.add(`${found.name} ${found.version}`);
    if (hit.score > last + 1e-9) fault('hits out of order');
    last = hit.score;
  }
  seen.hits += hits.length;
  return hits;
}

const KINDS = {
  semantic: async (corpus, query) => {
    const before = (await corpus.status()).space;
    const hits = check(await corpus.search(query, { mode: 'semantic', k: 20 }));
    spaces.add(before.model);
    const card = hits.find(({ path }) => path.startsWith('card'));
    const isSame = (await corpus.status()).space.fingerprint === before.fingerprint;
    if (isSame && card !== undefined && seen.hits % COMPARE_EVERY === 0) {
      await compare(query, card, before);
    }
    if (hits.length === 0) fault('nothing was found by meaning');
  },
  lexical: async (corpus, query) => {
    const hits = check(await corpus.search(query, { mode: 'lexical' }));
    if (hits.length === 0) fault('nothing was found by words');
  },
  hybrid: async (corpus, query) => {
    if (check(await corpus.search(query)).length === 0) fault('nothing was found by both');
  },
  like: async (corpus) => {
    const name = LASTING[turn % LASTING.length];
    if (check(await corpus.like({ path: `${name}.md`, line: 5 })).length === 0)
      fault('nothing is like a page');
  },
  filtered: async (corpus, query) => {
    const name = LASTING[turn % LASTING.length];
    const hits = check(await corpus.search(query, { paths: [`${name}.md`], perDocument: 3 }));
    if (hits.length === 0) fault('nothing was found in a page that is there');
    if (hits.some(({ path }) => path !== `${name}.md`)) fault('a hit outside of its filter');
  },
  documents: async (corpus) => {
    const paths = [];
    for await (const { path } of corpus.documents()) paths.push(path);
    for (const name of LASTING) {
      if (!paths.includes(`${name}.md`)) fault(`${name} is missing`);
    }
    const moved = paths.filter((path) => path.startsWith('moved-'));
    if (moved.length !== 1) fault(`a page that is moved is there ${moved.length} times`);
    const { missing } = await corpus.status();
    if (missing !== 0) fault(`${missing} passages without a vector`);
  },
};

async function run() {
  let corpus = await open();
  while (!stopped) {
    const kinds = Object.keys(KINDS);
    const kind = kinds[turn % kinds.length];
    const query = QUERIES[Math.floor(turn / kinds.length) % QUERIES.length];
    try {
      await KINDS[kind](corpus, query);
      seen.searches[kind] = (seen.searches[kind] ?? 0) + 1;
    } catch (error) {
      fault(`${kind}: ${error.code ?? ''} ${error.message}`);
    }
    turn += 1;
    if (turn % REOPEN === 0) {
      await corpus.close();
      corpus = await open();
    }
    await new Promise(setImmediate);
  }
  await corpus.close();
  process.send({ ...seen, versions: [...versions], spaces: [...spaces] }, () => process.exit());
}

// A page and a passage of it are told apart before anything is searched.
if (
  versionOf({ text: pageText('card-0', 1), startOffset: 0, endOffset: 9, startLine: 1, endLine: 1 })
)
  throw new Error('The comparison finds nothing.');
// Whoever asked is gone: so is the need for this process.
process.on('disconnect', () => process.exit());
process.on('message', () => {
  stopped = true;
});
process.send('ready');
await run().catch((error) => {
  process.send({ ...seen, versions: [], faults: [`${error.code ?? ''} ${error.message}`] });
});

/**
 * Candidates in turn, each in a process of its own, so that none sits in another one's memory or waits
 * for its garbage: the processes stay alive and are asked one after the other.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { similarityOf, truthOf } from './dataset.mjs';
import { recall } from './exact.mjs';
import { takeTurns } from './timing.mjs';

const CHILD = fileURLToPath(new URL('./contest-child.mjs', import.meta.url));

/** Modules in candidates/, in the order of tables. */
export const CANDIDATES = ['umekomi', 'sql', 'vec0', 'scan', 'usearch', 'hnswlib', 'lancedb'];

/**
 * Builds what is not built, lets all variants of all candidates take turns over the queries of a data
 * set, and compares what they found with the exact neighbours.
 *
 * @param options `candidates`, `rounds`, `k` (10)
 * @returns `{ entries, notes }`; an entry is a variant: `{ candidate, name, p50, p95, recall, asked,
 *   build, memory }`, times in milliseconds, memory in bytes beyond an empty process
 */
export async function contest(data, { candidates = CANDIDATES, rounds = 5, k = 10 } = {}) {
  const truth = truthOf(data, k);
  const [entries, notes, children] = [[], [], []];
  try {
    for (const name of candidates) {
      try {
        children.push(await enter(name, data, entries));
      } catch (error) {
        notes.push(`${name} did not take part in ${data.name}: ${error.message.split('\n')[0]}`);
      }
    }
    const turns = entries.map((entry) => ({
      name: entry.name,
      turn: async () => {
        const { times, found } = await entry.child.call('turn', { variant: entry.name, k });
        entry.found ??= found;
        return times;
      },
    }));
    const onTurn = (name, round) => console.error(`${data.name}, round ${round}: ${name}`);
    const results = await takeTurns(turns, { rounds, onTurn });
    for (const entry of entries) Object.assign(entry, results.get(entry.name));
    for (const child of children) {
      const memory = await child.call('memory', {});
      for (const entry of entries) if (entry.child === child) entry.memory = memory;
    }
  } finally {
    for (const child of children) child.end();
  }
  return { entries: judge(entries, data, truth), notes };
}

async function enter(candidate, data, entries) {
  // Built elsewhere: what building leaves behind is not what searching needs.
  const builder = startChild(candidate);
  const build = await builder.call('build', { data }).finally(() => builder.end());
  const child = startChild(candidate);
  try {
    for (const { name, kind } of await child.call('open', { data })) {
      entries.push({ candidate, name, child, build: build.kinds?.[kind] ?? build });
    }
    return child;
  } catch (error) {
    child.end();
    throw error;
  }
}

function judge(entries, data, truth) {
  const { similarity, close } = similarityOf(data);
  try {
    return entries.map(({ child, found, ...entry }) => ({
      ...entry,
      asked: found.length,
      recall: recall(found, truth, similarity),
    }));
  } finally {
    close();
  }
}

/** A process that answers calls one at a time; `end` ends it. */
function startChild(candidate) {
  const child = fork(CHILD, [candidate], { execArgv: ['--expose-gc'] });
  let settle = null;
  child.on('message', ({ value, error }) => {
    if (error === undefined) settle?.resolve(value);
    else settle?.reject(new Error(error));
    settle = null;
  });
  child.on('exit', (code, signal) => {
    settle?.reject(new Error(`its process ended (${signal ?? code})`));
    settle = null;
  });
  const call = (method, args) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      child.send({ method, args });
    });
  return { call, end: () => child.kill() };
}

/**
 * `npm run fuzz`: bad input for everything that reads any. Each target runs in a process of its own, so
 * that a hang ends with it, and gets random inputs for some seconds (checked against its invariants) and
 * shapes that are made to be slow, at four sizes (the growth of CPU time). Prints what it tried. Exits with
 * 1 if something crashed, hung, broke an invariant, or grew faster than the limit.
 *
 *     --seconds <n>   random inputs for so long, each target (10)
 *     --seed <n>      of the random inputs (20261125)
 *     --target <name> only this one; repeatable
 *     --short         so few inputs that it is over in seconds, and no timings: what the tests run
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Below quadratic, with room for caches that no longer hold a larger input. */
const MOST_GROWTH = 1.6;

/** Milliseconds for the slowest pattern that is allowed, on the longest name that there can be. */
const MOST_MS = 5_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '20261125' },
    target: { type: 'string', multiple: true },
    short: { type: 'boolean', default: false },
    child: { type: 'string' },
  },
});

if (values.child === undefined) await (values.short ? runShort() : runAll());
else await runOne(values.child);

/** In this process: whoever starts it kills it. */
async function runShort() {
  const { TARGETS } = await import('./fuzz/targets.mjs');
  for (const [name, target] of Object.entries(TARGETS)) {
    const tried = await tryRandom(target);
    for (const [, shape] of target.shapes) for (const size of [0, 1_000]) target.work(shape(size));
    console.log(`${name}: ${tried} random inputs, ${target.shapes.length} slow shapes`);
  }
}

async function runAll() {
  const { TARGETS } = await import('./fuzz/targets.mjs');
  let failed = false;
  for (const name of values.target ?? Object.keys(TARGETS)) {
    const args = [fileURLToPath(import.meta.url), '--child', name];
    args.push('--seed', values.seed, '--seconds', values.seconds);
    const child = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: Number(values.seconds) * 1000 + 900_000,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024 * 1024,
    });
    process.stdout.write(child.stdout);
    if (child.status === 0) continue;
    failed = true;
    console.log(
      `${name}: FAILED (${child.signal === 'SIGKILL' ? 'hangs' : `exit code ${child.status}`})\n${child.stderr}`,
    );
  }
  process.exitCode = failed ? 1 : 0;
}

async function runOne(name) {
  const { TARGETS } = await import('./fuzz/targets.mjs');
  const target = TARGETS[name];
  const tried = await tryRandom(target);
  console.log(`${name}: ${tried} random inputs`);
  await drawCurves(target);
}

async function tryRandom({ arbitrary, work }) {
  const { default: fc } = await import('fast-check');
  let tried = 0;
  const check = (input) => {
    tried += 1;
    work(input);
  };
  const limit = values.short
    ? { numRuns: 150 }
    : { numRuns: 100_000_000, interruptAfterTimeLimit: Number(values.seconds) * 1000 };
  fc.assert(fc.property(arbitrary, check), { ...limit, seed: Number(values.seed), verbose: 1 });
  return tried;
}

async function drawCurves({ shapes, work, bounded }) {
  const { growth, timeOf } = await import('./fuzz/curve.mjs');
  if (bounded === true) {
    const times = shapes.map(([shape, of]) => ({ shape, ms: timeOf(work, of()) }));
    const [worst] = times.sort((a, b) => b.ms - a.ms);
    console.log(
      `  ${times.length} patterns and names, the slowest: ${worst.ms.toFixed(0)} ms  ${worst.shape}`,
    );
    if (worst.ms > MOST_MS) process.exitCode = 1;
    return;
  }
  const found = shapes.map(([shape, of]) => ({ shape, ...growth(work, of) }));
  const measured = found.filter(({ exponent }) => exponent !== null);
  measured.sort((a, b) => b.exponent - a.exponent);
  console.log(`  ${found.length} shapes, ${measured.length} of them slow enough to measure`);
  for (const { shape, points, exponent } of measured.filter(
    (one, i) => i < 3 || one.exponent > MOST_GROWTH,
  )) {
    const figures = points.map(({ size, ms }) => `${size}: ${ms.toFixed(1)} ms`).join('  ');
    console.log(`  ${exponent.toFixed(2).padStart(5)}  ${shape.padEnd(36)} ${figures}`);
    if (exponent > MOST_GROWTH) process.exitCode = 1;
  }
}

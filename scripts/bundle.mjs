/**
 * Makes dist/cli/bin.cjs: the executable with all that `search` and `like` need, in one file.
 * CommonJS, because Node starts it without its loader of ES modules; measured by
 * bench/cases/startup.mjs. What else it may lead to stays outside: the modules that tsc built.
 */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = resolve(root, 'src');
const target = resolve(root, 'dist', 'cli');

/** Native packages, and what loads late or never in a search. */
const EXTERNAL = ['better-sqlite3', 'sqlite-vec', 'undici'];

/** Packages that few searches call: each gets a file of its own, read with the first call. */
const LATE_PACKAGES = ['string-width', 'picomatch'];

/** Parts of Node that few searches call, with the functions and classes that are used. */
const LATE_BUILTINS = {
  'node:child_process': ['spawn'],
  'node:crypto': ['createHash', 'hash'],
  'node:fs/promises': ['readFile'],
  'node:http': ['Agent', 'request'],
  'node:stream/consumers': ['buffer', 'text'],
  'node:timers/promises': ['setImmediate', 'setTimeout'],
  'node:zlib': ['crc32'],
};

/** Below src/: what a search never gets to, or only when it is debugged. Each is imported late. */
const NOT_SEARCHING =
  /^(?:cli\/(?:all-commands|trace)|service\/library|store\/sqlite\/(?:open-writer|salvage|unmade-store|upkeep|writer))\.ts$/;

/** Leaves dynamic imports of other commands' modules where they are. */
const outside = {
  name: 'outside',
  resolveId(id, importer) {
    if (importer === undefined || !id.startsWith('.')) return null;
    const path = relative(source, resolve(dirname(importer), id)).replaceAll('\\', '/');
    if (!NOT_SEARCHING.test(path)) return null;
    return { id: `../${path.replace(/\.ts$/, '.js')}`, external: true };
  },
};

const LATE = '\0late:';

/** Puts functions that load what they stand for in the place of late imports. */
const late = {
  name: 'late',
  resolveId(id, importer) {
    if (importer?.startsWith(LATE)) return { id, external: true };
    return LATE_PACKAGES.includes(id) || Object.hasOwn(LATE_BUILTINS, id) ? `${LATE}${id}` : null;
  },
  load(key) {
    if (!key.startsWith(LATE)) return null;
    const id = key.slice(LATE.length);
    const names = LATE_BUILTINS[id];
    if (names === undefined) return `export default ${lateCall(`../cli/${id}.cjs`, '')};`;
    return names.map((name) => `export const ${name} = ${lateCall(id, `.${name}`)};`).join('\n');
  },
};

function lateCall(id, member) {
  const found = `require(${JSON.stringify(id)})${member}`;
  return `function (...given) { return new.target ? new (${found})(...given) : ${found}(...given); }`;
}

/** Licences of the packages whose code is in the bundles: they ask for their text to stay with it. */
const licences = new Map();

function keepLicence(moduleId) {
  const found = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?([^\\/]+))[\\/]/.exec(moduleId);
  if (found === null || moduleId.startsWith('\0')) return;
  const [, folder, name] = found;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file: it cannot be bundled.`);
  licences.set(name, readFileSync(resolve(folder, file), 'utf8').trim());
}

/** Bundles `input` to dist/cli/`name`.cjs. */
async function bundle(name, input, plugins) {
  const build = await rolldown({ input, cwd: root, platform: 'node', external: EXTERNAL, plugins });
  const file = resolve(target, `${name}.cjs`);
  const { output } = await build.write({ file, format: 'cjs', codeSplitting: false, minify: true });
  await build.close();
  for (const id of output[0].moduleIds) keepLicence(id);
  return file;
}

const bin = await bundle('bin', resolve(source, 'cli', 'bin.ts'), [outside, late]);
// `npm link` sets the mode once, and every build makes a new file.
chmodSync(bin, 0o755);
for (const name of LATE_PACKAGES) await bundle(name, name, []);
const texts = [...licences].sort().map(([name, text]) => `${name}\n\n${text}\n`);
writeFileSync(resolve(target, 'bundled-licences.txt'), texts.join(`\n${'-'.repeat(72)}\n\n`));

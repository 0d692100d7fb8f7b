/**
 * Runs `npm test` on other versions of Node, taken from the registry's `node` package:
 *
 *     npm run test:node -- 22 24
 *
 * In a copy of the checkout with packages of its own: better-sqlite3 is compiled for one version, and
 * the developer's stays as it is.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command and shows what it prints. @returns whether it ended with 0 */
function succeeds(command, args, cwd, env) {
  return spawnSync(command, args, { cwd, env, stdio: 'inherit', shell: true }).status === 0;
}

/** Copies what git knows of the checkout, and what it does not ignore. */
function copyCheckout(to) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  for (const name of names.filter((each) => each !== '' && existsSync(join(root, each)))) {
    cpSync(join(root, name), join(to, name));
  }
}

/** Installs a version of Node. @returns its folder, with bin/ and, for addons, include/ */
function installNode(version, folder) {
  const args = [
    'install',
    '--no-save',

    '--prefix',
    folder,
    `node@${version}`,
  ];
  if (!succeeds('npm', args, folder, process.env)) throw new Error(`no Node ${version}`);
  const platforms = join(folder, 'node_modules', 'node', 'node_modules');
  const name = readdirSync(platforms).find((each) => each.endsWith(process.arch));
  if (name === undefined) throw new Error(`node@${version} has no program for this machine`);
  return join(platforms, name);
}

/** @returns whether all tests passed */
function passesOn(version) {
  const folder = mkdtempSync(join(tmpdir(), `umekomi-node-${version}-`));
  try {
    const node = installNode(version, folder);
    const checkout = join(folder, 'checkout');
    copyCheckout(checkout);
    const path = `${join(node, 'bin')}${delimiter}${process.env['PATH']}`;
    // Addons that are compiled here find this version's headers there.
    const env = { ...process.env, PATH: path, npm_config_nodedir: node };
    return ['node --version', 'npm ci', 'npm test'].every((line) => {
      const [command, ...args] = line.split(' ');
      return succeeds(command, args, checkout, env);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const versions = process.argv.slice(2);
if (versions.length === 0 || !versions.every((version) => /^\d+(\.\d+){0,2}$/.test(version))) {
  process.stderr.write('usage: npm run test:node -- 22 24\n');
  process.exit(2);
}
const results = versions.map((version) => ({ version, passed: passesOn(version) }));
for (const { version, passed } of results) {
  process.stdout.write(`Node ${version}: ${passed ? 'passed' : 'FAILED'}\n`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

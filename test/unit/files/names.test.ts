import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { crawl } from '../../../src/files/crawl.ts';
import { absolutePath } from '../../../src/files/paths.ts';
import { readDocument } from '../../../src/files/read.ts';
import { resolveSource } from '../../../src/files/source.ts';
import { temporaryTrees } from './tree.ts';

const makeTree = temporaryTrees();

/** Names that Windows does not allow, or that its or macOS' file systems change. */
const posix = process.platform === 'linux';

describe.skipIf(!posix)('names as found', () => {
  const nfd = 'ガイド'.normalize('NFD');
  const names = [
    'with space.md',
    ' leading.md',
    '#hash.md',
    '100%20off.md',
    'a?b&c=d.md',
    "it's “quoted”.md",
    '👩‍👩‍👧‍👦 family.md',
    'ガイド.md',
    `${nfd}.md`,
    'line\nbreak.md',
    'tab\there.md',
    'back\\slash.md',
    'glob*[1]{a,b}!(x).md',
    '(paren).md',
    '-dash.md',
    '～全角～.md',
    'C:colon.md',
    '\u202Ertl.md',
    'é.md',
    'e\u0301.md',
  ];

  it.each(names)('%j is found, and its path leads back to it', async (name) => {
    const root = await makeTree({ [name]: `# ${name}`, [`folder ${name}/${name}`]: 'inside' });
    const source = await resolveSource('.', { cwd: root });
    const { files, skips } = await crawl(source);
    expect(files.map((file) => file.path)).toEqual([name, `folder ${name}/${name}`].sort());
    expect(skips).toEqual([]);
    const texts = files.map((file) => readDocument(absolutePath(source, file.path)));
    const found = (await Promise.all(texts)).map((one) =>
      one.kind === 'read' ? one.text : one.reason,
    );
    expect(found.sort()).toEqual([`# ${name}`, 'inside'].sort());
    const single = await resolveSource(name, { cwd: root });
    expect((await crawl(single)).files.map((file) => file.path)).toEqual([name]);
  });

  it('a source and folders whose names end in a backslash', async () => {
    const cwd = await makeTree({ 'root\\/in\\/a.md': '', 'root\\/b.md': '' });
    const source = await resolveSource('root\\', { cwd });
    expect((await crawl(source)).files.map((file) => file.path)).toEqual(['b.md', 'in\\/a.md']);
  });

  it('NFC and NFD of one name are two files, each under its own', async () => {
    const root = await makeTree({ 'ガイド.md': 'nfc', [`${nfd}.md`]: 'nfd' });
    const { files } = await crawl(await resolveSource('.', { cwd: root }));
    expect(new Set(files.map((file) => file.path))).toEqual(new Set(['ガイド.md', `${nfd}.md`]));
  });

  it('globs typed in NFC meet names in NFD', async () => {
    const root = await makeTree({ [`${nfd}/a.md`]: '', [`b/${nfd}.html`]: '' });
    const source = await resolveSource('.', { cwd: root });
    const found = await crawl({ ...source, include: ['ガイド/**', '**/ガイ*.html'] });
    expect(found.files.map((file) => file.path).sort()).toEqual(
      [`${nfd}/a.md`, `b/${nfd}.html`].sort(),
    );
    expect((await crawl({ ...source, exclude: ['ガイド'] })).files).toEqual([]);
  });

  it('a name that is not UTF-8 is skipped with its reason, file or folder', async () => {
    const root = await makeTree({ 'ok.md': '' });
    const bytes = (...tail: number[]): Buffer => Buffer.from([...Buffer.from(`${root}/`), ...tail]);
    const memo = [0x83, 0x81, 0x83, 0x82]; // メモ in Shift_JIS
    writeFileSync(bytes(...memo, ...Buffer.from('.md')), 'x');
    mkdirSync(bytes(...memo));
    writeFileSync(bytes(...memo, ...Buffer.from('/inner.md')), 'x');
    writeFileSync(path.join(root, 'real\uFFFD.md'), 'a name may hold U+FFFD');
    const result = await crawl(await resolveSource('.', { cwd: root }));
    expect(result.files.map((file) => file.path)).toEqual(['ok.md', 'real\uFFFD.md']);
    expect(result.skipCounts).toEqual({ 'name-not-utf8': 2 });
    expect(result.unobserved).toEqual([]);
  });
});

import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Commonness } from '../../../../src/embedding/builtin/commonness.ts';
import { loadDataFile } from '../../../../src/embedding/builtin/data-file.ts';
import { hashString, SEED } from '../../../../src/embedding/builtin/hashing.ts';
import { Lexicon } from '../../../../src/embedding/builtin/lexicon.ts';
import { EmbeddingError } from '../../../../src/model/errors.ts';
import { packing } from '../../../helpers/lexicon-scripts.ts';

const data = new URL('../../../../data/builtin/', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'umekomi-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface DataFile {
  readonly name: string;
  readonly parse: (bytes: Uint8Array) => Lexicon | Commonness;
}

const files: readonly DataFile[] = [
  { name: 'japanese-english.dat', parse: (bytes: Uint8Array) => new Lexicon(bytes) },
  { name: 'english-frequencies.dat', parse: (bytes: Uint8Array) => new Commonness(bytes) },
];

/** Loads a copy of a data file that was changed. */
async function loadChanged(
  { name, parse }: DataFile,
  change: (bytes: Buffer) => Uint8Array,
): Promise<unknown> {
  const path = join(folder, name);
  copyFileSync(new URL(name, data), path);
  writeFileSync(path, change(readFileSync(path)));
  return loadDataFile(name, parse, pathToFileURL(`${folder}/`));
}

describe.each(files)('the data file $name', (file) => {
  const complaint = async (change: (bytes: Buffer) => Uint8Array) => {
    const error = await loadChanged(file, change).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EmbeddingError);
    expect((error as EmbeddingError).code).toBe('BUILTIN_DATA_UNUSABLE');
    expect((error as EmbeddingError).message).toContain(file.name);
    return (error as EmbeddingError).message;
  };

  it('loads as it ships', async () => {
    expect(await loadChanged(file, (bytes) => bytes)).toBeDefined();
  });

  it('is an error with a remedy when it is missing', async () => {
    const elsewhere = new URL('nowhere/', pathToFileURL(`${folder}/`));
    const loading = loadDataFile(file.name, file.parse, elsewhere);
    await expect(loading).rejects.toMatchObject({
      code: 'BUILTIN_DATA_UNUSABLE',
      message: expect.stringMatching(/ENOENT.*Install umekomi again/),
    });
  });

  it('is an error when it is empty, short, long, changed, another file or of another format', async () => {
    expect(await complaint(() => Buffer.of())).toContain('not the file');
    expect(await complaint((bytes) => bytes.subarray(0, -1))).toContain('damaged');
    expect(await complaint((bytes) => Buffer.concat([bytes, Buffer.of(0)]))).toContain('damaged');
    const flip = (at: number) => (bytes: Buffer) => {
      bytes[at < 0 ? bytes.length + at : at]! ^= 1;
      return bytes;
    };
    expect(await complaint(flip(0))).toContain('not the file');
    expect(await complaint(flip(4))).toContain('format 0');
    for (const at of [8, 12, 1000, -1000, -1])
      expect(await complaint(flip(at))).toContain('damaged');
  });
});

describe('the data files', () => {
  it('take at most 5 MB together, and each has its licence beside it', () => {
    const sizes = files.map(({ name }) => readFileSync(new URL(name, data)).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(5_000_000);
    const beside = readdirSync(data);
    for (const { name } of files) expect(beside).toContain(name.replace('.dat', '.LICENSE.txt'));
  });
});

describe('commonness', () => {
  it('gives back the weight of each feature in 255ths, and 1 for all others', () => {
    const weights = new Map(
      Array.from({ length: 4000 }, (_, i) => [Math.imul(i, 0x10001) | 0, (i % 256) / 255]),
    );
    const commonness = new Commonness(packing.packCommonness(weights));
    const given = [...weights.keys()].map((hash) => commonness.weightOf(hash));
    expect(given).toEqual([...weights.values()]);
    const others = [...weights.keys()].slice(1).map((hash) => hash ^ (2 ** 15));
    expect(others.filter((hash) => commonness.weightOf(hash) !== 1)).toEqual([]);
  });

  it('as it ships knows that common words say less', () => {
    const shipped = new Commonness(readFileSync(new URL('english-frequencies.dat', data)));
    const [person, vector, embedding] = ['person', 'vector', 'embedding'].map((word) =>
      shipped.weightOf(hashString(SEED.word, word)),
    );
    expect(person).toBeLessThan(0.6);
    expect(vector).toBeGreaterThan(0.7);
    expect(embedding).toBe(1);
    expect(shipped.weightOf(hashString(SEED.cjkNgram, '検索'))).toBe(1);
  });
});

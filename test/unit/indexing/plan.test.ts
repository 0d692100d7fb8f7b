import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PlanInput, planSource } from '../../../src/engine/indexing/plan.ts';
import { isInside } from '../../../src/files/paths.ts';

const OLD = 1_600_000_000_500_000_000n;
const LATER = OLD + 3_600_000_000_000n;

const seen = (path: string, change: object = {}) => ({
  ...{ path, format: 'markdown' as const, size: 10, mtimeNs: OLD, ctimeNs: OLD },
  ...change,
});
const stored = (path: string, change: object = {}) => ({
  ...{ id: 1, path, size: 10, mtimeNs: OLD, observedAtNs: LATER, chunker: 'v1' },
  ...change,
});

function plan(input: Partial<PlanInput>) {
  const whole = { stored: [], seen: [], unobserved: [], subtree: '', chunker: 'v1', ...input };
  const { read, keep, remove } = planSource(whole);
  return {
    read: read.map(({ file }) => file.path),
    known: read.filter((item) => item.stored !== null).map(({ file }) => file.path),
    keep,
    remove: remove.map(({ path }) => path),
  };
}

describe('a file', () => {
  it('that is new is read', () => {
    expect(plan({ seen: [seen('a')] })).toEqual({ read: ['a'], known: [], keep: 0, remove: [] });
  });

  it('of unchanged size and time is not read', () => {
    expect(plan({ seen: [seen('a')], stored: [stored('a')] })).toMatchObject({ read: [], keep: 1 });
  });

  it.each([
    ['another size', { size: 11 }],
    ['a later time', { mtimeNs: OLD + 1n }],
    ['an earlier time', { mtimeNs: OLD - 1n }],
    ['the same time, which was put back', { ctimeNs: LATER + 1_000_000n }],
  ])('of %s is read', (_, change) => {
    const result = plan({ seen: [seen('a', change)], stored: [stored('a')] });
    expect(result).toMatchObject({ read: ['a'], known: ['a'], keep: 0, remove: [] });
  });

  it('that was read while it may still have been written is read again', () => {
    const racy = stored('a', { observedAtNs: OLD + 1_000_000n });
    expect(plan({ seen: [seen('a')], stored: [racy] }).read).toEqual(['a']);
  });

  it('that another chunker cut is read even if it is unchanged', () => {
    expect(plan({ seen: [seen('a')], stored: [stored('a')], chunker: 'v2' }).read).toEqual(['a']);
  });

  it('that is gone is removed', () => {
    expect(plan({ stored: [stored('a')] }).remove).toEqual(['a']);
  });
});

describe('not seen is not deleted', () => {
  const held = [stored('a.md'), stored('sub/b.md'), stored('sub/deep/c.md'), stored('subway/d.md')];

  it('a missing root (unmounted disk) removes nothing', () => {
    expect(plan({ stored: held, unobserved: [''] }).remove).toEqual([]);
  });

  it('an unreadable folder removes nothing under it, and no namesake is spared', () => {
    expect(plan({ stored: held, unobserved: ['sub'] }).remove).toEqual(['a.md', 'subway/d.md']);
  });

  it('an unreadable file is kept itself', () => {
    expect(plan({ stored: held, unobserved: ['sub/b.md'] }).remove).not.toContain('sub/b.md');
  });

  it('outside the part that was looked at nothing is removed', () => {
    expect(plan({ stored: held, subtree: 'sub' }).remove).toEqual(['sub/b.md', 'sub/deep/c.md']);
    expect(plan({ stored: held, subtree: 'sub/b.md' }).remove).toEqual(['sub/b.md']);
  });
});

describe('any plan', () => {
  const names = fc.constantFrom('a', 'a/b', 'a/b/c', 'ab', 'b', 'b/a');
  const unique = fc.uniqueArray(names);

  it('reads, keeps or removes every file at most once, and reads or keeps all that were seen', () => {
    fc.assert(
      fc.property(
        unique,
        unique,
        fc.uniqueArray(fc.oneof(names, fc.constant(''))),
        (on, of, un) => {
          const input = { seen: on.map((p) => seen(p)), stored: of.map((p) => stored(p)) };
          const { read, keep, remove } = plan({ ...input, unobserved: un });
          expect(read.length + keep).toBe(on.length);
          expect(remove.filter((path) => on.some((name) => name === path))).toEqual([]);
          for (const path of remove)
            expect(un.some((prefix) => isInside(prefix, path))).toBe(false);
          for (const path of of.filter((p) => !on.includes(p) && !remove.includes(p as string))) {
            expect(un.some((prefix) => isInside(prefix, path))).toBe(true);
          }
        },
      ),
    );
  });
});

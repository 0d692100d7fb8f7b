/** What every store must do, wherever it keeps a corpus. */
import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { describeFinding } from './store/finding.ts';
import { describeReading } from './store/reading.ts';
import { describeRuns } from './store/runs.ts';
import { describeUpkeep } from './store/upkeep.ts';

/**
 * Runs the contract.
 *
 * @param open an empty store that is closed here; with a short patience, since a lock is waited for
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} as a store`, () => {
    let opened: Store | null = null;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = null;
    });
    const store = (): Store => {
      if (opened === null) throw new Error('not open');
      return opened;
    };
    describe('reading', () => describeReading(store));
    describe('finding', () => describeFinding(store));
    describe('runs', () => describeRuns(store));
    describe('upkeep', () => describeUpkeep(store));
  });
}

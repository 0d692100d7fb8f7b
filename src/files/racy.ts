/**
 * Why this exists: size and modification time say "unchanged" only if the file was quiet when it
 * was looked at. A second write within one tick of the file system's clock keeps both.
 *
 * The rule is git's ("racily clean" entries, Documentation/technical/racy-git.txt): an entry whose
 * mtime is not older than the moment it was observed is not trusted and is read again.
 */

/** Nanoseconds in a second. */
const SECOND = 1_000_000_000n;

/**
 * Margin for times with a fraction of a second. Linux stamps files with the time of the last
 * scheduler tick, at most 10 ms ago (CONFIG_HZ ≥ 100; `ktime_get_coarse_real_ts64`); doubled.
 */
const FINE_MARGIN = 20_000_000n;

/**
 * Margin for times that are whole seconds: the file system may keep no fraction (HFS+, ext3,
 * zip and NFSv2 exports: 1 s; FAT: 2 s).
 */
const COARSE_MARGIN = 2n * SECOND;

/** The system's clock is read in whole milliseconds, rounded down. */
const CLOCK_STEP = 1_000_000n;

/**
 * May the file have changed after it was observed without its modification time showing it?
 *
 * A modification time in the future (a clock that was set back, another machine's clock) is racy:
 * such a file is read again on every run until the time has passed, which costs time, not truth.
 *
 * @param mtimeNs modification time, nanoseconds since the epoch
 * @param observedAtNs clock taken before the file was read, nanoseconds since the epoch
 * @returns true if "same size, same mtime" must not be trusted
 */
export function isRacy(mtimeNs: bigint, observedAtNs: bigint): boolean {
  const margin = mtimeNs % SECOND === 0n ? COARSE_MARGIN : FINE_MARGIN;
  return mtimeNs + margin >= observedAtNs;
}

/**
 * Was anything about the file changed after it was observed? Its modification time can be set to what
 * it was (`cp -p`, `touch -r`, `tar x`, `rsync -t`), its change time cannot. A file that was only renamed,
 * linked or given other permissions is read once for nothing.
 *
 * Without {@link isRacy}'s margin, which would read every new file twice: a write that puts size and
 * modification time back within a tick of the reading stays unseen. Whole seconds say "may be".
 *
 * @param ctimeNs change time as it is now, nanoseconds since the epoch
 * @param observedAtNs clock taken before the file was read, nanoseconds since the epoch
 */
export function isTouchedSince(ctimeNs: bigint, observedAtNs: bigint): boolean {
  const margin = ctimeNs % SECOND === 0n ? COARSE_MARGIN : 0n;
  return ctimeNs + margin >= observedAtNs + CLOCK_STEP;
}

/**
 * Property tests try the same examples in every run, so that a commit that passed passes again.
 * `FAST_CHECK_SEED=<n>` tries others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20261123) });

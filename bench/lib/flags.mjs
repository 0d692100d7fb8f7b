/** Flags of `npm run bench`: the common ones are parsed here, a case names its own in `accepts`. */

/** Flags that every case understands in the same way. */
export const COMMON = {
  sizes: 'vectors or documents, as 10k,100k,1M',
  dims: 'dimensions, as 384,768,1024',
  rounds: 'turns of every candidate',
  queries: 'queries in a turn',
  save: 'name of the results file, instead of the name of the case',
};

/**
 * Parses `--name value`, `--name=value` and `--name` (true).
 *
 * @param accepts a case's own flags: name → explanation
 * @returns `sizes` and `dims` as arrays of numbers, `rounds` and `queries` as numbers, each undefined
 *   if it is not given (the case has a default); a case's own flags as strings, or true
 * @throws Error for a flag that neither all cases nor this one understands
 */
export function parseFlags(args, accepts = {}) {
  const flags = {};
  for (let i = 0; i < args.length; i++) {
    const [, name, attached] = /^--([a-z][a-z-]*)(?:=(.*))?$/s.exec(args[i]) ?? [];
    if (name === undefined || !(name in COMMON || name in accepts)) {
      const known = Object.keys({ ...COMMON, ...accepts }).map((flag) => `--${flag}`);
      throw new Error(`${args[i]} is no flag of this case; it has ${known.join(', ')}.`);
    }
    const next = args[i + 1];
    const separate = attached === undefined && next !== undefined && !next.startsWith('--');
    if (separate) i += 1;
    flags[name] = parseValue(name, separate ? next : (attached ?? true));
  }
  return flags;
}

function parseValue(name, value) {
  if (name === 'sizes' || name === 'dims') return String(value).split(',').map(parseCount);
  if (name === 'rounds' || name === 'queries') return parseCount(value);
  return value;
}

/** `100k` → 100000, `1M` → 1000000. */
export function parseCount(text) {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(k|m)?$/i.exec(String(text)) ?? [];
  if (digits === undefined) throw new Error(`"${text}" is no number; write 500, 10k or 1M.`);
  const factor = { k: 1e3, m: 1e6 }[unit?.toLowerCase()] ?? 1;
  return Math.round(Number(digits) * factor);
}

/** 100000 → `100k`: how sizes are named in tables and files. */
export function nameCount(count) {
  if (count >= 1e6 && count % 1e5 === 0) return `${count / 1e6}M`;
  return count >= 1e3 && count % 100 === 0 ? `${count / 1e3}k` : String(count);
}

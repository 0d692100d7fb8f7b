/** Encodes text for tests: the reverse of what TextDecoder knows, one or two bytes a character. */

/** @param label a single- or double-byte encoding of the WHATWG standard */
export function encoder(label: string): (text: string) => Uint8Array {
  const decoder = new TextDecoder(label, { fatal: true });
  const codes = new Map<string, readonly number[]>();
  const learn = (code: readonly number[]): void => {
    try {
      const character = decoder.decode(Uint8Array.from(code));
      if ([...character].length === 1 && !codes.has(character)) codes.set(character, code);
    } catch {
      // Not a code of this encoding.
    }
  };
  for (let byte = 0; byte < 256; byte += 1) learn([byte]);
  for (let lead = 0x80; lead < 256; lead += 1) {
    for (let trail = 0x40; trail < 256; trail += 1) learn([lead, trail]);
  }
  return (text) =>
    Uint8Array.from(
      [...text].flatMap((character) => {
        const code = codes.get(character);
        if (code === undefined) throw new Error(`${label} has no ${character}`);
        return code;
      }),
    );
}

/** UTF-16 without a byte order mark. */
export function utf16(text: string, order: 'le' | 'be'): Uint8Array {
  const bytes = Buffer.from(text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

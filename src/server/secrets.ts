/**
 * Credentials that a server repeats: a digest, a model's name or a host made of a key would be stored or
 * printed. They are taken out of an answer before anyone reads it. Pure.
 */

/** What stands in the place of a credential; no part of a name or a host. */
const BLANK = '(key)';

/** Shorter ones may well stand in an answer for another reason, as in a model's name; no server makes such keys. */
const MIN_LENGTH = 8;

/**
 * What is not to be read of an answer to a request that carried these.
 *
 * @param authorizations values of the Authorization header; null for none
 */
export function secretsOf(...authorizations: readonly (string | null)[]): readonly string[] {
  const secrets = authorizations.flatMap((value) => (value === null ? [] : partsOf(value)));
  return [...new Set(secrets)].filter((secret) => secret.length >= MIN_LENGTH);
}

/** The key itself, user and password of a URL, and how either may be spelled. */
function partsOf(authorization: string): readonly string[] {
  const [scheme, token = ''] = authorization.split(' ');
  const decoded = Buffer.from(token, 'base64').toString('utf8');
  const password = decoded.slice(decoded.indexOf(':') + 1);
  const parts = scheme === 'Basic' ? [token, decoded, password] : [token];
  return parts.flatMap((part) => {
    const bytes = Buffer.from(part, 'utf8');
    const base64 = bytes.toString('base64').replace(/=+$/, '');
    return [part, base64, bytes.toString('base64url'), bytes.toString('hex')];
  });
}

/** The text without secrets, also where letters of JSON are written as numbers. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const pattern = new RegExp(secrets.map(literally).join('|'), 'gi');
  const plain = text.replace(pattern, BLANK);
  if (!plain.includes('\\')) return plain;
  const spelled = respelled(plain);
  const blanked = spelled.replace(pattern, BLANK);
  return blanked === spelled ? plain : blanked;
}

/** Takes secrets out of a text that comes in pieces: what may be the beginning of one waits for the rest. */
export class StreamedSecrets {
  readonly #secrets: readonly string[];
  #held = '';

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** What can be shown by now. */
  push(piece: string): string {
    if (this.#secrets.length === 0) return piece;
    const text = withoutSecrets(this.#held + piece, this.#secrets);
    const end = text.length - beginningAtEnd(text.toLowerCase(), this.#secrets);
    this.#held = text.slice(end);
    return text.slice(0, end);
  }

  /** What was held back, when nothing more comes. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }
}

/** The most UTF-16 units at the end of a text that a secret begins with. */
function beginningAtEnd(text: string, secrets: readonly string[]): number {
  const lengths = secrets.map((secret) => {
    const lower = secret.toLowerCase();
    for (let length = Math.min(lower.length - 1, text.length); length > 0; length--) {
      if (text.endsWith(lower.slice(0, length))) return length;
    }
    return 0;
  });
  return Math.max(0, ...lengths);
}

/** A redirect's target without secrets: an address has more ways to spell a host. */
export function targetWithoutSecrets(target: string, secrets: readonly string[]): string {
  const spelled = URL.canParse(target) ? new URL(target).href : target;
  return withoutSecrets(spelled, secrets);
}

/** As a part of a regular expression. */
function literally(text: string): string {
  return text.replace(
    /[^A-Za-z0-9]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function respelled(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return json;
  }
}

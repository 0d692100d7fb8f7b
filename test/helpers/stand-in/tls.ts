/**
 * A certificate for `localhost`, `127.0.0.1` and `ollama.test`, signed by a CA that nobody trusts
 * (its key was thrown away). For tests of HTTPS with a private CA; it protects nothing.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(`tls/${name}`, import.meta.url));

/** For `startStandIn({ tls })`. */
export const TEST_TLS: { readonly key: string; readonly cert: string } = {
  key: readFileSync(file('server.key'), 'utf8'),
  cert: readFileSync(file('server.pem'), 'utf8'),
};

/** For NODE_EXTRA_CA_CERTS. */
export const TEST_CA_FILE: string = file('ca.pem');

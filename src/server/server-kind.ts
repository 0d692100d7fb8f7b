/** The servers that are asked: what they answer, and what may be advised, depends on which it is. */

/** The two servers whose wire is spoken. */
export type ServerKind = 'ollama' | 'open-webui';

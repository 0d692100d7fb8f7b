/** Spellings of a model's name that mean the same model. Pure. */

/**
 * One form for all spellings of a name: lower case, `:latest` if there is no tag, without
 * Ollama's own registry and `library/`, and `hf.co` for `huggingface.co`.
 */
export function normalModelName(name: string): string {
  const bare = name
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^(?:registry\.)?ollama\.(?:ai|com)\//, '')
    .replace(/^library\//, '')
    .replace(/^(?:www\.)?huggingface\.co\//, 'hf.co/');
  const lastPart = bare.slice(bare.lastIndexOf('/') + 1);
  return lastPart.includes(':') ? bare : `${bare}:latest`;
}

/** Whether two names mean the same model to Ollama. */
export function sameModelName(a: string, b: string): boolean {
  return normalModelName(a) === normalModelName(b);
}

/** What the stand-in server offers, and how its wire depends on versions. */

export interface StandInModel {
  /** As `/api/tags` lists it, with tag. */
  readonly name: string;
  /** 64 hex digits; made from the name if left out. */
  readonly digest?: string;
  readonly dimensions: number;
  readonly contextTokens: number;
  /** @default ['embedding'] */
  readonly capabilities?: readonly string[];
  /** What the list says instead, without lengths, as Ollama 0.33 does of some model files. */
  readonly listedCapabilities?: readonly string[];
  /** When its manifest was written. If left out, the list has a time that never changes, and `/api/show` none. */
  readonly modifiedAt?: string;
  /** Architecture, the prefix of `model_info` keys. @default 'bert' */
  readonly family?: string;
  /** @default one that can be told whether to think */
  readonly template?: string;
  /** As `ollama show` prints them: `num_ctx 4096`. */
  readonly parameters?: string;
  /** Tokens of the context with which it is loaded now. @default it is not */
  readonly loadedContext?: number;
}

export const EMBEDDING_MODEL: StandInModel = {
  name: 'bge-m3:latest',
  dimensions: 32,
  contextTokens: 8192,
};

export const CHAT_MODEL: StandInModel = {
  name: 'qwen3:8b',
  dimensions: 64,
  contextTokens: 40_960,
  capabilities: ['completion', 'tools'],
  family: 'qwen3',
};

/** Whether version `a` is `b` or later; by numbers, `0.33.0-rc2` counts as 0.33.0. */
export function isAtLeast(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) =>
    (version.split('-', 1)[0] ?? '').split('.').map(Number),
  );
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

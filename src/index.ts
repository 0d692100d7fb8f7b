/** The public API of umekomi: everything that a program may rely on, and nothing else. */
export { builtin } from './embedding/builtin/builtin.ts';
export { type Endpoint, parseEndpoint, parseOllamaHost } from './embedding/endpoint.ts';
export { type ListModelsOptions, listModels } from './embedding/models.ts';
export { type OllamaOptions, ollama } from './embedding/ollama.ts';
export type { ServerModel } from './embedding/server-models.ts';
export {
  CorpusError,
  type CorpusErrorCode,
  EmbeddingError,
  type EmbeddingErrorCode,
  type EmbeddingErrorOptions,
  type ErrorCode,
  UmekomiError,
  UsageError,
  type UsageErrorCode,
} from './errors.ts';
export type { RemoveSummary } from './indexing/remove.ts';
export type { IndexFailure, IndexProgress, IndexSkip, IndexSummary } from './indexing/types.ts';
export {
  type Corpus,
  type IndexOptions,
  type OpenCorpusOptions,
  openCorpus,
  openCorpusInMemory,
} from './open-corpus.ts';
export type {
  CorpusStatus,
  FailureInfo,
  SourceInfo,
  SpaceInfo,
} from './retrieval/status.ts';
export type { Hit, SearchOptions } from './retrieval/types.ts';
export type {
  EmbedCallOptions,
  Embedder,
  EmbedderIdentity,
  JsonObject,
  JsonValue,
  Skip,
  SkipReason,
} from './types.ts';

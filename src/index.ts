/** The public API of umekomi: everything that a program may rely on, and nothing else. */

export { type BuiltinOptions, builtin } from './embedding/builtin/builtin.ts';
export { type OllamaOptions, ollama } from './embedding/ollama.ts';
export type {
  CheckName,
  CheckResult,
  Finding,
  FindingCode,
} from './engine/examination/findings.ts';
export {
  CorpusError,
  type CorpusErrorCode,
  EmbeddingError,
  type EmbeddingErrorCode,
  type EmbeddingErrorOptions,
  type ErrorCode,
  type ErrorKind,
  type Remedy,
  RerankError,
  type RerankErrorCode,
  UmekomiError,
  type UmekomiErrorOptions,
  UsageError,
  type UsageErrorCode,
} from './model/errors.ts';
export type {
  IndexProgress,
  IndexSkip,
  IndexSummary,
  RemoveSummary,
  StoredFailure,
} from './model/indexing.ts';
export type {
  DocumentFilters,
  DocumentInfo,
  DocumentText,
  Excerpt,
  Hit,
  HitOptions,
  LineRange,
  ListPlace,
  NothingFound,
  PassagePlace,
  Place,
  Reranking,
  SearchMode,
  SearchOptions,
  SearchResult,
  TextRange,
} from './model/search.ts';
export type { Source, SourceRules } from './model/source.ts';
export type {
  EmbedCallOptions,
  Embedder,
  EmbedderIdentity,
  JsonObject,
  JsonValue,
  Reranker,
  Skip,
  SkipReason,
} from './model/types.ts';
export { type RerankServerOptions, rerankServer } from './reranking/rerank-server.ts';
export { type Endpoint, parseEndpoint, parseOllamaHost } from './server/endpoint.ts';
export { type ListModelsOptions, listModels } from './server/models.ts';
export type { ServerModel } from './server/server-models.ts';
export type { SalvageSummary } from './service/corpora.ts';
export type { Corpus, IndexOptions, OpenCorpusOptions } from './service/corpus.ts';
export { openCorpus, salvageCorpus } from './service/open-corpus.ts';
export type { Examination, ExamineOptions } from './service/operations/examine.ts';
export type { CorpusStatus, RebuildInfo, SpaceInfo } from './service/operations/status.ts';
export type { DamageCode, OptimizeSummary } from './store/upkeep-types.ts';

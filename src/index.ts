/** The public API of umekomi: everything that a program may rely on, and nothing else. */
export type {
  Corpus,
  Examination,
  ExamineOptions,
  IndexOptions,
  OpenCorpusOptions,
} from './corpus-handle.ts';
export { type BuiltinOptions, builtin } from './embedding/builtin/builtin.ts';
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
export type { CheckName, CheckResult, DamageCode, Finding } from './indexing/findings.ts';
export type { OptimizeSummary } from './indexing/optimize.ts';
export type { RemoveSummary } from './indexing/remove.ts';
export type { IndexFailure, IndexProgress, IndexSkip, IndexSummary } from './indexing/types.ts';
export { openCorpus, openCorpusInMemory, salvageCorpus } from './open-corpus.ts';
export type { Estimate } from './retrieval/bootstrap.ts';
export { type ComparedQuery, compareRuns, type MeasureComparison } from './retrieval/compare.ts';
export type { DocumentInfo } from './retrieval/documents.ts';
export type { Judgements } from './retrieval/evaluate.ts';
export {
  EVALUATED_MODES,
  type EvaluatedCorpus,
  type EvaluatedMode,
  type EvaluateOptions,
  type Evaluation,
  evaluateSet,
  MEASURES,
  type Measure,
  type ModeResult,
  type QueryResult,
  type Scores,
} from './retrieval/evaluate-set.ts';
export {
  type JudgedQuery,
  type JudgedSet,
  type JudgedSetOptions,
  readJudgedSet,
  writeJudgedDocuments,
} from './retrieval/judged-set.ts';
export type {
  CorpusStatus,
  FailureInfo,
  SourceInfo,
  SpaceInfo,
} from './retrieval/status.ts';
export type {
  DocumentFilters,
  Hit,
  HitOptions,
  ListPlace,
  Place,
  SearchMode,
  SearchOptions,
} from './retrieval/types.ts';
export type { SalvageSummary } from './storage/salvage.ts';
export type {
  EmbedCallOptions,
  Embedder,
  EmbedderIdentity,
  JsonObject,
  JsonValue,
  Skip,
  SkipReason,
} from './types.ts';

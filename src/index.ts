/** The public API of umekomi: everything that a program may rely on, and nothing else. */

export { type BuiltinOptions, builtin } from './embedding/builtin/builtin.ts';
export { type OllamaOptions, ollama } from './embedding/ollama.ts';
export type { Estimate } from './engine/evaluation/bootstrap.ts';
export {
  type ComparedQuery,
  compareRuns,
  type MeasureComparison,
} from './engine/evaluation/compare.ts';
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
} from './engine/evaluation/evaluate-set.ts';
export {
  type JudgedQuery,
  type JudgedSet,
  type JudgedSetOptions,
  readJudgedSet,
  writeJudgedDocuments,
} from './engine/evaluation/judged-set.ts';
export type { Judgements } from './engine/evaluation/measures.ts';
export type { CheckName, CheckResult, DamageCode, Finding } from './engine/indexing/findings.ts';
export type { OptimizeSummary } from './engine/indexing/optimize.ts';
export type { RemoveSummary } from './engine/indexing/remove.ts';
export type {
  IndexFailure,
  IndexProgress,
  IndexSkip,
  IndexSummary,
} from './engine/indexing/types.ts';
export type { DocumentInfo } from './engine/search/documents.ts';
export type {
  CorpusStatus,
  FailureInfo,
  SourceInfo,
  SpaceInfo,
} from './engine/search/status.ts';
export type {
  DocumentFilters,
  Hit,
  HitOptions,
  ListPlace,
  Place,
  SearchMode,
  SearchOptions,
} from './model/search.ts';
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
} from './model/errors.ts';
export type {
  EmbedCallOptions,
  Embedder,
  EmbedderIdentity,
  JsonObject,
  JsonValue,
  Skip,
  SkipReason,
} from './model/types.ts';
export { type Endpoint, parseEndpoint, parseOllamaHost } from './server/endpoint.ts';
export { type ListModelsOptions, listModels } from './server/models.ts';
export type { ServerModel } from './server/server-models.ts';
export type {
  Corpus,
  Examination,
  ExamineOptions,
  IndexOptions,
  OpenCorpusOptions,
} from './service/corpus.ts';
export { openCorpus, openCorpusInMemory, salvageCorpus } from './service/open-corpus.ts';
export type { SalvageSummary } from './store/sqlite/salvage.ts';

/** `umekomi/evaluation`: how good search is, on questions whose answers are known. */

export {
  type AskOptions,
  EVALUATED_MODES,
  type EvaluatedMode,
  MEASURES,
  type Measure,
  type ModeResult,
  type QueryResult,
  type Scores,
} from './engine/evaluation/ask-in-modes.ts';
export type { Estimate } from './engine/evaluation/bootstrap.ts';
export {
  type ComparedQuery,
  changedQueries,
  compareRuns,
  type MeasureComparison,
  type QueryChange,
  type QueryChanges,
} from './engine/evaluation/compare.ts';
export {
  type EvaluatedCorpus,
  type EvaluateOptions,
  type Evaluation,
  evaluateSet,
} from './engine/evaluation/evaluate-set.ts';
export type { JudgedDocument } from './engine/evaluation/judged-documents.ts';
export {
  type JudgedQuery,
  type JudgedSet,
  type JudgedSetOptions,
  readJudgedSet,
  writeJudgedDocuments,
} from './engine/evaluation/judged-set.ts';
export type { Judgements } from './engine/evaluation/measures.ts';

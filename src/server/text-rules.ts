/**
 * What servers say when they fail, and what it means: a table in which the first match wins, with the
 * wordings of old and new versions side by side. A row of docs/internals/server-answers.md is a row here.
 */
import type { EmbeddingErrorCode } from '../model/errors.ts';
import type { AdviceTopic } from './advice.ts';
import type { Action } from './verdict.ts';

/** A phrase and its meaning. */
export interface TextRule {
  readonly text: RegExp;
  /** Only with this status; any if left out. */
  readonly status?: number;
  readonly action: Action;
  readonly code: EmbeddingErrorCode;
  readonly what: string;
  readonly advice: AdviceTopic;
  readonly isCrash?: true;
}

/** By text. First match wins. */
export const TEXT_RULES: readonly TextRule[] = [
  {
    text: /input length exceeds|input exceeds maximum context|exceeds the context length|input.* is too large to process/i,
    action: 'split',
    code: 'INPUT_TOO_LONG',
    what: 'a text is longer than the model reads',
    advice: 'shorterChunks',
  },
  {
    text: /unsupported value: (?:NaN|[+-]?Inf)/i,
    action: 'bisect',
    code: 'INPUT_REJECTED',
    what: 'the model computed no usable vector (NaN) for a text',
    advice: 'rejectedText',
  },
  {
    text: /API is disabled/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'the Ollama API is disabled in Open WebUI',
    advice: 'enableOllamaApi',
  },
  {
    text: /API key is not enabled/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'API keys are not enabled, or not for this user',
    advice: 'enableApiKeys',
  },
  {
    text: /API key not allowed to access this endpoint/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'this API key may not use the endpoint',
    advice: 'allowEndpoint',
  },
  {
    text: /do not have permission to access/i,
    status: 401,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'the account still waits for its approval',
    advice: 'approveAccount',
  },
  {
    text: /do not have permission to access/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'this API key may not use the endpoint',
    advice: 'allowEndpoint',
  },
  {
    text: /not authenticated/i,
    action: 'fail',
    code: 'ENDPOINT_UNAUTHORIZED',
    what: 'the server wants an API key and got none',
    advice: 'giveKey',
  },
  {
    text: /session has expired|token is invalid|^401 Unauthorized$/i,
    action: 'fail',
    code: 'ENDPOINT_UNAUTHORIZED',
    what: 'the API key or token is not, or no longer, valid',
    advice: 'renewKey',
  },
  {
    text: /^unauthorized$/i,
    action: 'fail',
    code: 'ENDPOINT_UNAUTHORIZED',
    what: 'the model runs in the cloud and Ollama is not signed in',
    advice: 'signIn',
  },
  {
    text: /ollama cloud is disabled/i,
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
    what: 'the model runs in the cloud, and Ollama is told not to use it',
    advice: 'localModel',
  },
  {
    text: /^Post "https:/i,
    status: 502,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'Ollama cannot reach the cloud in which the model runs',
    advice: 'localModel',
  },
  {
    text: /does not support embeddings/i,
    action: 'fail',
    code: 'MODEL_NOT_EMBEDDING',
    what: 'the model cannot embed',
    advice: 'embeddingModel',
  },
  {
    text: /^model not found$/i,
    action: 'fail',
    code: 'MODEL_NOT_FOUND',
    what: 'this user has no access to the model',
    advice: 'modelAccess',
  },
  {
    text: /^model .*was not found/i,
    action: 'check-model',
    code: 'MODEL_NOT_FOUND',
    what: 'the server does not have the model',
    advice: 'pullModel',
  },
  {
    text: /^model .*not found|invalid model name/i,
    action: 'fail',
    code: 'MODEL_NOT_FOUND',
    what: 'the server does not have the model',
    advice: 'pullModel',
  },
  {
    text: /cannot unmarshal|must be of type|invalid input type|missing request body/i,
    action: 'fail',
    code: 'ENDPOINT_FAILED',
    what: 'the server did not understand the request',
    advice: 'changedRequest',
  },
  {
    text: /server busy/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'the server is busy (its queue is full)',
    advice: 'serverLog',
  },
  {
    text: /exceeds file size/i,
    action: 'fail',
    code: 'ENDPOINT_FAILED',
    what: 'the file of the model is damaged or incomplete',
    advice: 'pullAnew',
  },
  {
    text: /binary not found/i,
    action: 'fail',
    code: 'ENDPOINT_FAILED',
    what: 'the installation of Ollama is incomplete',
    advice: 'installAnew',
  },
  {
    text: /process has terminated|model failed to load|unable to load model/i,
    action: 'fail',
    code: 'ENDPOINT_FAILED',
    what: 'Ollama could not load the model',
    advice: 'loadLog',
  },
  {
    text: /no longer running|unexpected server status|EOF|connection re/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: "Ollama's model runner crashed",
    advice: 'runnerLog',
    isCrash: true,
  },
  {
    text: /cannot connect to host|could not connect to Ollama/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'Open WebUI cannot reach the Ollama behind it',
    advice: 'ollamaBehind',
  },
  {
    text: /server disconnected/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'the Ollama behind Open WebUI cut the connection',
    advice: 'ollamaBehind',
  },
  {
    text: /server connection error/i,
    status: 413,
    action: 'halve',
    code: 'BATCH_TOO_LARGE',
    what: 'the request is too large for something between Open WebUI and Ollama',
    advice: 'smallerBatches',
  },
  {
    text: /server connection error/i,
    status: 404,
    action: 'fail',
    code: 'ENDPOINT_NOT_EMBEDDING',
    what: 'there is no Ollama at the address that Open WebUI has for it',
    advice: 'ollamaBehind',
  },
  {
    text: /server connection error/i,
    action: 'retry',
    code: 'ENDPOINT_FAILED',
    what: 'Open WebUI got no usable answer from the Ollama behind it',
    advice: 'ollamaBehind',
  },
];

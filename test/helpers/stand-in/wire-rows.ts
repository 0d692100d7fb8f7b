/**
 * Every answer that is no vector, of old and new servers, and what umekomi does about it. The
 * classification is tested against these rows, and docs/internals/server-answers.md shows them.
 */

import type { EmbeddingErrorCode } from '../../../src/model/errors.ts';
import type { ServerKind } from '../../../src/server/server-kind.ts';
import type { Action } from '../../../src/server/verdict.ts';

export interface WireRow {
  readonly server: ServerKind;
  /** When the server answers so. */
  readonly when: string;
  readonly status: number;
  /** A string is sent as it is (not JSON). */
  readonly body: string | object;
  readonly contentType?: string;
  readonly action: Action;
  readonly code: EmbeddingErrorCode;
}

const NO_PERMISSION =
  'You do not have permission to access this resource. Please contact your administrator for assistance.';

function ollama(
  when: string,
  [status, error]: readonly [status: number, error: string],
  [action, code]: readonly [action: Action, code: EmbeddingErrorCode],
): WireRow {
  return { server: 'ollama', when, status, body: { error }, action, code };
}

function openWebUi(
  when: string,
  [status, detail]: readonly [status: number, detail: string],
  [action, code]: readonly [action: Action, code: EmbeddingErrorCode],
): WireRow {
  return { server: 'open-webui', when, status, body: { detail }, action, code };
}

const TOO_LONG = ['split', 'INPUT_TOO_LONG'] as const;
const POISON = ['bisect', 'INPUT_REJECTED'] as const;
const AGAIN = ['retry', 'ENDPOINT_FAILED'] as const;
const GIVE_UP = ['fail', 'ENDPOINT_FAILED'] as const;
const NO_MODEL = ['fail', 'MODEL_NOT_FOUND'] as const;
const NOT_EMBEDDING = ['fail', 'MODEL_NOT_EMBEDDING'] as const;
const UNAUTHORIZED = ['fail', 'ENDPOINT_UNAUTHORIZED'] as const;
const FORBIDDEN = ['fail', 'ENDPOINT_FORBIDDEN'] as const;

const RUNNER_CRASH = 'do embedding request: Post "http://127.0.0.1:40001/v1/embeddings": EOF';

export const OLLAMA_ROWS: readonly WireRow[] = [
  ollama('text too long', [400, 'the input length exceeds the context length'], TOO_LONG),
  ollama('text too long, 0.12–0.13.2', [400, 'input exceeds maximum context length'], TOO_LONG),
  ollama('text too long, ≤ 0.11', [400, 'input length exceeds maximum context length'], TOO_LONG),
  ollama(
    'NaN in the model, ≤ 0.24',
    [500, 'failed to encode response: json: unsupported value: NaN'],
    POISON,
  ),
  ollama('unknown model', [404, 'model "nope" not found, try pulling it first'], NO_MODEL),
  ollama('empty model name', [404, "model '' not found"], NO_MODEL),
  ollama('bad model name', [400, 'invalid model name'], NO_MODEL),
  ollama(
    'a chat model',
    [501, 'This server does not support embeddings. Start it with `--embeddings`'],
    NOT_EMBEDDING,
  ),
  ollama(
    'a chat model, 0.13.3–0.24',
    [501, 'this model does not support embeddings'],
    NOT_EMBEDDING,
  ),
  ollama('cloud model, not signed in', [401, 'unauthorized'], UNAUTHORIZED),
  ollama('runner crashed', [400, RUNNER_CRASH], AGAIN),
  ollama(
    'runner connection lost',
    [400, 'do embedding request: read tcp 127.0.0.1:5: read: connection reset by peer'],
    AGAIN,
  ),
  ollama('runner in trouble', [400, 'unexpected server status: 3'], AGAIN),
  ollama('runner gone', [400, 'llama runner process no longer running: 2'], AGAIN),
  ollama(
    'queue full',
    [503, 'server busy, please try again.  maximum pending requests exceeded'],
    AGAIN,
  ),
  ollama('load failed', [500, 'llama-server process has terminated: exit status 1'], GIVE_UP),
  ollama(
    'load failed, ≤ 0.24',
    [500, 'llama runner process has terminated: exit status 2'],
    GIVE_UP,
  ),
  ollama(
    'load failed, 0.24',
    [
      500,
      'model failed to load, this may be due to resource limitations or an internal error, check ollama server logs for details',
    ],
    GIVE_UP,
  ),
  ollama(
    'load failed, 0.11–0.17',
    [500, 'unable to load model: /root/.ollama/models/blobs/sha256-9811e90b'],
    GIVE_UP,
  ),
  ollama(
    'file of the model cut',
    [500, 'tensor "token_embd.weight" offset+size (46921728) exceeds file size (1024)'],
    GIVE_UP,
  ),
  ollama(
    'runner not installed',
    [500, 'error starting llama-server: llama-server binary not found (checked: /usr/lib/ollama)'],
    GIVE_UP,
  ),
  ollama(
    'cloud away',
    [502, 'Post "https://ollama.com/api/embed?ts=1": dial tcp: lookup ollama.com: no such host'],
    AGAIN,
  ),
  ollama(
    'cloud disabled',
    [403, 'ollama cloud is disabled: remote model is unavailable'],
    FORBIDDEN,
  ),
  {
    server: 'ollama',
    when: 'another Host or Origin than its own',
    status: 403,
    body: '',
    contentType: '',
    action: 'fail',
    code: 'ENDPOINT_FORBIDDEN',
  },
  ollama('client gone during load', [499, 'request canceled'], AGAIN),
  ollama('empty body', [400, 'missing request body'], GIVE_UP),
  ollama('body cut on its way', [400, 'unexpected EOF'], AGAIN),
  ollama(
    'model is no string',
    [400, 'json: cannot unmarshal number into Go struct field EmbedRequest.model of type string'],
    GIVE_UP,
  ),
  ollama('input is no text', [400, 'invalid input type'], GIVE_UP),
  ollama('bad options', [500, 'option "num_ctx" must be of type integer'], GIVE_UP),
  {
    server: 'ollama',
    when: 'unknown path (Ollama before 0.3)',
    status: 404,
    body: '404 page not found',
    contentType: 'text/plain',
    action: 'fail',
    code: 'ENDPOINT_NOT_EMBEDDING',
  },
  {
    server: 'ollama',
    when: 'error without text, ≤ 0.6.0',
    status: 500,
    body: { error: {} },
    action: 'retry',
    code: 'ENDPOINT_FAILED',
  },
  {
    server: 'ollama',
    when: 'error without text, ≤ 0.6.0',
    status: 400,
    body: { error: {} },
    action: 'fail',
    code: 'ENDPOINT_FAILED',
  },
];

export const OPEN_WEBUI_ROWS: readonly WireRow[] = [
  openWebUi('no key', [401, 'Not authenticated'], UNAUTHORIZED),
  openWebUi(
    'unknown sk- key',
    [401, 'Your session has expired or the token is invalid. Please sign in again.'],
    UNAUTHORIZED,
  ),
  openWebUi('bad or expired JWT', [401, '401 Unauthorized'], UNAUTHORIZED),
  openWebUi('account not approved', [401, NO_PERMISSION], FORBIDDEN),
  openWebUi(
    'API keys off, or not permitted',
    [403, 'Use of API key is not enabled in the environment.'],
    FORBIDDEN,
  ),
  openWebUi('endpoint restricted', [403, NO_PERMISSION], FORBIDDEN),
  openWebUi(
    'endpoint restricted, 0.6.41–0.8',
    [403, 'API key not allowed to access this endpoint.'],
    FORBIDDEN,
  ),
  {
    server: 'open-webui',
    when: 'malformed request',
    status: 422,
    body: { detail: [{ type: 'json_invalid', loc: ['body', 1], msg: 'JSON decode error' }] },
    action: 'fail',
    code: 'ENDPOINT_FAILED',
  },
  {
    server: 'open-webui',
    when: 'input missing',
    status: 422,
    body: { detail: [{ type: 'missing', loc: ['body', 'input'], input: { model: 'm' } }] },
    action: 'fail',
    code: 'ENDPOINT_FAILED',
  },
  openWebUi(
    'Ollama API disabled',
    [503, 'The Ollama API is disabled. Please enable it to use this feature.'],
    FORBIDDEN,
  ),
  openWebUi('no access to the model, ≥ 0.9', [403, 'Model not found'], NO_MODEL),
  openWebUi(
    'unknown id, or Ollama away',
    [400, "Model 'x' was not found"],
    ['check-model', 'MODEL_NOT_FOUND'],
  ),
  openWebUi(
    'Ollama down',
    [500, 'Ollama: Cannot connect to host host.docker.internal:11434'],
    AGAIN,
  ),
  openWebUi('Ollama down', [500, 'WebUI could not connect to Ollama'], AGAIN),
  openWebUi('connection cut behind it', [500, 'Ollama: Server disconnected'], AGAIN),
  openWebUi('Ollama API disabled, 0.8', [503, 'Ollama API is disabled'], FORBIDDEN),
  openWebUi(
    'too large for what is between',
    [413, 'Open WebUI: Server Connection Error'],
    ['halve', 'BATCH_TOO_LARGE'],
  ),
  openWebUi(
    'another server behind it',
    [404, 'Open WebUI: Server Connection Error'],
    ['fail', 'ENDPOINT_NOT_EMBEDDING'],
  ),
  openWebUi('timeout behind it', [500, 'Open WebUI: Server Connection Error'], AGAIN),
  openWebUi('no error text behind it', [400, 'Open WebUI: Server Connection Error'], AGAIN),
  openWebUi(
    'wrong address (without /ollama)',
    [405, 'Method Not Allowed'],
    ['fail', 'ENDPOINT_NOT_EMBEDDING'],
  ),
];

/** By status, where the text says nothing. */
export const STATUS_ROWS: readonly WireRow[] = [
  ...[408, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524].map((status) =>
    byStatus(status, AGAIN),
  ),
  byStatus(413, ['halve', 'BATCH_TOO_LARGE']),
  byStatus(401, UNAUTHORIZED),
  byStatus(403, FORBIDDEN),
  byStatus(407, UNAUTHORIZED),
  ...[404, 405].map((status) => byStatus(status, ['fail', 'ENDPOINT_NOT_EMBEDDING'])),
  ...[400, 402, 406, 409, 410, 418, 422, 451, 501, 505].map((status) => byStatus(status, GIVE_UP)),
];

function byStatus(
  status: number,
  [action, code]: readonly [action: Action, code: EmbeddingErrorCode],
): WireRow {
  const body = '<html><body>proxy</body></html>';
  const when = 'any other text';
  return { server: 'ollama', when, status, body, contentType: 'text/html', action, code };
}

/**
 * Ollama's errors as they come through Open WebUI: from 0.8.13 with their status and text, before
 * that as 500 with `Ollama: ` before it. The action must be the same.
 */
export function throughOpenWebUi(row: WireRow, isOld: boolean): WireRow {
  const error = (row.body as { readonly error: unknown }).error;
  const detail = isOld ? `Ollama: ${error}` : error;
  const status = isOld ? 500 : row.status;
  return { ...row, server: 'open-webui', status, body: { detail } };
}

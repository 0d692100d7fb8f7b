/**
 * What to do next, once for every kind of failure. The text, about the server itself, ends error messages
 * (no trailing space); the remedy is what umekomi's own options and operations can do about it.
 */
import type { Remedy } from '../model/errors.ts';
import type { ServerKind } from './server-kind.ts';

/** One piece of advice. */
export interface Advice {
  /** Sentences; '' if the remedy says it all. */
  readonly text: string;
  readonly remedy: Remedy | null;
}

/** What a piece of advice is about. */
export type AdviceTopic =
  | 'shorterChunks'
  | 'rejectedText'
  | 'enableOllamaApi'
  | 'enableApiKeys'
  | 'allowEndpoint'
  | 'approveAccount'
  | 'giveKey'
  | 'renewKey'
  | 'signIn'
  | 'embeddingModel'
  | 'modelAccess'
  | 'pullModel'
  | 'changedRequest'
  | 'serverLog'
  | 'runnerLog'
  | 'loadLog'
  | 'pullAnew'
  | 'installAnew'
  | 'localModel'
  | 'hostCheck'
  | 'ollamaBehind'
  | 'smallerBatches'
  | 'proxyCredentials'
  | 'openWebUiAddress'
  | 'wrongAddress'
  | 'startServer'
  | 'checkName'
  | 'checkNetwork'
  | 'trustCertificate'
  | 'useHttp'
  | 'useRedirectTarget'
  | 'slowServer'
  | 'allowChat'
  | 'chatModel'
  | 'shorterPrompt'
  | 'withoutThinking'
  | 'otherModel'
  | 'checkProxy';

function about(text: string, remedy: Remedy | null = null): Advice {
  return { text, remedy };
}

/** The advice by topic. */
export const ADVICE: Readonly<Record<AdviceTopic, Advice>> = {
  shorterChunks: about('', { code: 'shorter-chunks' }),
  rejectedText: about(
    'The text is remembered as failed and tried again by the next run. Updating Ollama or another quantisation of the model often helps.',
  ),
  enableOllamaApi: about(
    'An admin can enable it in Open WebUI: Admin Panel > Settings > Connections > Ollama API.',
  ),
  enableApiKeys: about(
    'An admin can enable API keys in Open WebUI (Admin Panel > Settings > Authentication > API Keys, in older versions General > Enable API Keys) and permit them for users (Admin Panel > Users > Groups > Default permissions); or use a JWT from your account instead of an sk- key.',
  ),
  allowEndpoint: about(
    'Check the rights of the key. In Open WebUI, an admin can allow /ollama/api/embed, /ollama/api/tags and /ollama/api/show for API keys (Admin Panel > Settings > Authentication > API Keys, in older versions General: API Key Endpoint Restrictions).',
  ),
  approveAccount: about('An admin can approve it in Open WebUI: Admin Panel > Users.'),
  giveKey: about('', { code: 'give-key' }),
  renewKey: about(
    'Create a new key (Open WebUI: Settings > Profile > Account, in older versions Settings > Account) and use that.',
  ),
  signIn: about('Run `ollama signin` on the server, or use a local model.'),
  embeddingModel: about('Choose an embedding model, such as bge-m3 (`ollama pull bge-m3`).', {
    code: 'models',
  }),
  modelAccess: about(
    'An admin can give access in Open WebUI: Admin Panel > Settings > Models > pencil > Access, in older versions Workspace > Models.',
    { code: 'models' },
  ),
  pullModel: about('Pull it on the server (`ollama pull …`), or choose another one.', {
    code: 'models',
  }),
  changedRequest: about(
    'Something between umekomi and Ollama changes requests, or the server is too new or too old: update both.',
  ),
  serverLog: about("Look into the server's log, and try again."),
  runnerLog: about(
    "Look into Ollama's log (often too little memory for the model), and try again; a smaller model or batch may help.",
  ),
  loadLog: about(
    "Look into Ollama's log: the file of the model may be damaged (pull it again), too new for this Ollama (update it), or too large for the memory (choose a smaller one).",
  ),
  pullAnew: about('Pull the model again on the server.'),
  installAnew: about('Install Ollama again.'),
  localModel: about('Use a model that runs on the server itself.', { code: 'models' }),
  hostCheck: about(
    "If a proxy stands before Ollama, have it send Ollama's own address as Host (nginx: proxy_set_header Host localhost:11434), or start Ollama with OLLAMA_HOST=0.0.0.0; for an Origin, OLLAMA_ORIGINS.",
  ),
  ollamaBehind: about('Check that the Ollama behind Open WebUI runs, and try again.'),
  smallerBatches: about('', { code: 'smaller-batches' }),
  proxyCredentials: about(
    'Put user and password into HTTP_PROXY or HTTPS_PROXY, or add the server to NO_PROXY.',
  ),
  openWebUiAddress: about('If this is Open WebUI: its Ollama API is at …/ollama.'),
  wrongAddress: about(
    'Check the address: Ollama from 0.3 answers at http://host:11434, Open WebUI at http://host:3000 or :8080.',
  ),
  startServer: about('', { code: 'start-server' }),
  checkName: about('Check the name, the network and the VPN.'),
  checkNetwork: about('Check the network and the server, and try again.'),
  trustCertificate: about(
    'If the certificate is your own, name its CA in NODE_EXTRA_CA_CERTS=/path/to/ca.pem when you start Node; do not switch the check off.',
  ),
  useHttp: about('The server seems to speak http, not https: write http:// in the endpoint.'),
  useRedirectTarget: about(
    'Name the address that answers itself as endpoint (often the same with https://).',
  ),
  slowServer: about('Loading a large model for the first time can take minutes.', {
    code: 'longer-timeout',
  }),
  allowChat: about(
    'Check the rights of the key. In Open WebUI, an admin can allow /ollama/api/chat, /api/chat/completions, /api/models, /ollama/api/tags and /ollama/api/show for API keys (Admin Panel > Settings > Authentication > API Keys, in older versions General: API Key Endpoint Restrictions).',
  ),
  chatModel: about('Choose a model that chats, such as gemma3 (`ollama pull gemma3`).', {
    code: 'models',
  }),
  shorterPrompt: about('Send less, or give the model a longer context.'),
  withoutThinking: about('Ask without thinking, or choose a model that thinks.'),
  otherModel: about('Choose another model of this server.'),
  checkProxy: about(
    'Check HTTP_PROXY and HTTPS_PROXY (address, user, password), or add the server to NO_PROXY.',
  ),
};

const PULL_BY_ADMIN =
  'an admin can pull it (Admin Panel > Settings > Connections > Ollama API > arrow, in older versions Admin Panel > Settings > Models)';

/** Where Open WebUI stands between, nobody has a shell beside Ollama: an admin has pages. */
const OPEN_WEBUI_ADVICE: Partial<Readonly<Record<AdviceTopic, Advice>>> = {
  embeddingModel: about(`Choose an embedding model, such as bge-m3: ${PULL_BY_ADMIN}.`, {
    code: 'models',
  }),
  chatModel: about(`Choose a model that chats, such as gemma3: ${PULL_BY_ADMIN}.`, {
    code: 'models',
  }),
  pullModel: about(`If it is new, ${PULL_BY_ADMIN}; or choose another one.`, { code: 'models' }),
  pullAnew: about(`The model has to be pulled again: ${PULL_BY_ADMIN}.`),
};

/** The advice for the server that is asked. */
export function adviceFor(topic: AdviceTopic, server: ServerKind): Advice {
  return (server === 'open-webui' ? OPEN_WEBUI_ADVICE[topic] : undefined) ?? ADVICE[topic];
}

/** A message that ends with advice. */
export function withAdvice(message: string, { text }: Advice): string {
  return text === '' ? message : `${message} ${text}`;
}

/** What to do next, once for every kind of failure. Ends error messages; no trailing space. */

/** The sentences by topic. */
export const ADVICE = {
  shorterChunks: 'Use a smaller --chunk-size, or a model that reads more.',
  rejectedText:
    'The text is remembered as failed and tried again by the next run. Updating Ollama or another quantisation of the model often helps.',
  enableOllamaApi:
    'An admin can enable it in Open WebUI: Admin Panel > Settings > Connections > Ollama API.',
  enableApiKeys:
    'An admin can enable API keys in Open WebUI (Admin Panel > Settings > General > Enable API Keys) and permit them for users (Admin Panel > Users > Groups > Default permissions); or use a JWT from your account instead of an sk- key.',
  allowEndpoint:
    'Check the rights of the key. In Open WebUI, an admin can allow /ollama/api/embed, /ollama/api/tags and /ollama/api/show for API keys (Admin Panel > Settings > General > API Key Endpoint Restrictions).',
  approveAccount: 'An admin can approve it in Open WebUI: Admin Panel > Users.',
  giveKey:
    'Set a key for this server: apiKey in the library; OPEN_WEBUI_API_KEY (Open WebUI: Settings > Account > API keys) or OLLAMA_API_KEY on the command line.',
  renewKey: 'Create a new key (Open WebUI: Settings > Account > API keys) and use that.',
  signIn: 'Run `ollama signin` on the server, or use a local model.',
  embeddingModel:
    'Choose an embedding model, such as bge-m3 (`ollama pull bge-m3`); `umekomi models` lists what is there.',
  modelAccess: 'An admin can give access in Open WebUI: Workspace > Models.',
  pullModel: 'Pull it on the server (`ollama pull …`), or choose one of `umekomi models`.',
  changedRequest:
    'Something between umekomi and Ollama changes requests, or the server is too new or too old: update both.',
  serverLog: "Look into the server's log, and try again.",
  runnerLog:
    "Look into Ollama's log (often too little memory for the model), and try again; a smaller model or batch may help.",
  ollamaBehind: 'Check that the Ollama behind Open WebUI runs, and try again.',
  smallerBatches: 'Use a smaller --batch-size, or raise the limit of the proxy before the server.',
  proxyCredentials:
    'Put user and password into HTTP_PROXY or HTTPS_PROXY, or add the server to NO_PROXY.',
  openWebUiAddress: 'If this is Open WebUI: its Ollama API is at …/ollama.',
  wrongAddress:
    'Check the address: Ollama from 0.3 answers at http://host:11434, Open WebUI at http://host:3000 or :8080.',
  startServer: 'Start it (`ollama serve`), or name another server with --endpoint.',
  checkName: 'Check the name, the network and the VPN.',
  checkNetwork: 'Check the network and the server, and try again.',
  trustCertificate:
    'If the certificate is your own, name its CA in NODE_EXTRA_CA_CERTS=/path/to/ca.pem when you start Node; do not switch the check off.',
  useHttp: 'The server seems to speak http, not https: write http:// in the endpoint.',
  useRedirectTarget:
    'Name the address that answers itself as endpoint (often the same with https://).',
  slowServer:
    'Raise --timeout, or lower --batch-size. Loading a large model for the first time can take minutes.',
  checkProxy:
    'Check HTTP_PROXY and HTTPS_PROXY (address, user, password), or add the server to NO_PROXY.',
} as const;

/** What a piece of advice is about. */
export type AdviceTopic = keyof typeof ADVICE;

/**
 * The `fetch` that is used when the user brings none. Node's own has two properties that do not
 * fit: Node 20's ignores proxies, and it gives up after 300 s whatever `timeoutMs` says.
 * undici's takes a dispatcher for both. It is loaded with the first request that leaves the
 * machine or is encrypted, so that a command that needs none does not pay for it.
 */
import { isLoopback } from './endpoint.ts';
import type { Fetch } from './http.ts';
import { createLoopbackFetch } from './loopback-fetch.ts';

/** Proxies by hand; each defaults to its variable (`http_proxy`/`HTTP_PROXY`, …). */
export interface ProxySettings {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

/** The `timeoutMs` of a request is the only limit: undici's own are switched off. */
const NO_TIMEOUTS = { headersTimeout: 0, bodyTimeout: 0 };

/**
 * Makes a `fetch` that honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY. Loopback addresses never go
 * through a proxy, as in Go and therefore in Ollama's own client: the proxy's loopback is
 * another machine's.
 *
 * Idle connections close by themselves after some seconds and do not keep the process alive.
 */
export function createNetworkFetch(proxies: ProxySettings = {}): Fetch {
  let loaded: Promise<Fetch> | null = null;
  const near = createLoopbackFetch();
  return async (url, init) => {
    if (url.startsWith('http:') && isLoopback(url)) return near(url, init);
    loaded ??= load(proxies);
    const fetch = await loaded;
    return fetch(url, init);
  };
}

async function load(proxies: ProxySettings): Promise<Fetch> {
  const { Agent, EnvHttpProxyAgent, fetch, Pool } = await import('undici');
  const direct = new Agent(NO_TIMEOUTS);
  const proxied = new EnvHttpProxyAgent({
    ...NO_TIMEOUTS,
    ...proxies,
    // http goes through a proxy as it is (as with curl): few of them allow CONNECT to port 80.
    proxyTunnel: false,
    // For http the proxy agent forgets its timeouts when it makes connections.
    factory: (origin, options) => new Pool(origin, { ...options, ...NO_TIMEOUTS }),
  });
  return (url, init) => fetch(url, { ...init, dispatcher: isLoopback(url) ? direct : proxied });
}

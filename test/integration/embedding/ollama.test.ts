import { afterEach, describe, expect, it } from 'vitest';
import { embedAll } from '../../../src/embedding/embed-all.ts';
import { ollama } from '../../../src/embedding/ollama.ts';
import { type StandIn, STAND_IN_KEY, startStandIn } from '../../helpers/stand-in/server.ts';

let server: StandIn | undefined;
afterEach(async () => server?.close());
describe('smoke', () => {
  for (const flavour of ['ollama', 'open-webui'] as const) {
    it(flavour, async () => {
      server = await startStandIn({ flavour });
      const e = ollama({ endpoint: server.url, apiKey: STAND_IN_KEY });
      console.log(await e.identity());
      const texts = Array.from({ length: 100 }, (_, i) => ({ text: `t${i}` }));
      let n = 0;
      for await (const b of embedAll(e, texts)) n += b.embedded.length;
      expect(n).toBe(100);
      console.log(server.requests.map((r) => [r.method, r.path, r.authorization?.slice(0, 9), r.inputs.length].join(' ')));
    });
  }
});

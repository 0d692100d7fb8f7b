import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discover, makeEmbedder } from '../../../src/cli/embedder.ts';
import { resolveSettings } from '../../../src/cli/settings.ts';
import type { EmbedderIdentity } from '../../../src/model/types.ts';
import { type StandIn, startStandIn } from '../../helpers/stand-in/server.ts';
import { createWorld } from '../../helpers/world.ts';

let server: StandIn;
const said: string[] = [];
beforeEach(async () => {
  server = await startStandIn();
  said.length = 0;
});
afterEach(() => server.close());

type Flags = Parameters<typeof resolveSettings>[1];

function context(flags: Flags, env: Record<string, string> = {}) {
  const world = createWorld({ env });
  return { world, settings: resolveSettings(world, flags), say: (line: string) => said.push(line) };
}

function space(parts: Partial<EmbedderIdentity>): EmbedderIdentity {
  return {
    ...{ kind: 'ollama', model: 'bge-m3:latest', digest: null, dimensions: 32 },
    ...{ documentPrompt: '', queryPrompt: '', contextTokens: null },
    ...parts,
  };
}

const BUILTIN = space({ kind: 'builtin', model: 'builtin/lexical-1', dimensions: 1024 });

async function identity(
  flags: Flags,
  of: EmbedderIdentity | null,
  env: Record<string, string> = {},
) {
  const embedder = await makeEmbedder(context({ retries: 0, ...flags }, env), of);
  const { kind, model, dimensions, documentPrompt } = await embedder.identity();
  return { kind, model, dimensions, documentPrompt };
}

describe('an existing corpus decides', () => {
  it('kind and model, whatever environment and configuration say', async () => {
    const env = { UMEKOMI_MODEL: 'builtin', OLLAMA_HOST: server.url };
    expect(await identity({}, space({}), env)).toMatchObject({ model: 'bge-m3:latest' });
    expect(await identity({}, BUILTIN, { UMEKOMI_MODEL: 'bge-m3' })).toMatchObject({
      kind: 'builtin',
    });
  });

  it('the recipe of the built-in embedder, which `builtin` does not name', async () => {
    const [old, newest] = ['builtin/lexical-1', 'builtin/lexical-2'];
    expect(await identity({}, BUILTIN)).toMatchObject({ model: old });
    expect(await identity({ model: 'builtin' }, BUILTIN)).toMatchObject({ model: old });
    expect(await identity({ model: newest }, BUILTIN)).toMatchObject({ model: newest });
    expect(await identity({ model: old }, null)).toMatchObject({ model: old });
    expect(await identity({ model: 'builtin' }, null)).toMatchObject({ model: newest });
    const rebuild = { rebuild: true, model: 'builtin' };
    expect(await identity(rebuild, BUILTIN)).toMatchObject({ model: newest });
    await expect(identity({ model: 'builtin/lexical-9' }, null)).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  it('prefixes and dimensions, unless a flag says otherwise', async () => {
    const of = space({ dimensions: 16, documentPrompt: 'p: ' });
    expect(await identity({ endpoint: server.url }, of)).toMatchObject({
      dimensions: 16,
      documentPrompt: 'p: ',
    });
    expect(
      await identity({ endpoint: server.url, documentPrefix: '', dimensions: 8 }, of),
    ).toMatchObject({ dimensions: 8, documentPrompt: '' });
  });

  it('against a flag of the other kind, without asking any server', async () => {
    const mismatch = expect.objectContaining({
      code: 'SPACE_MISMATCH',
      message: expect.stringContaining('--rebuild') as string,
    });
    const endpoint = server.url;
    await expect(identity({ endpoint, model: 'bge-m3' }, BUILTIN)).rejects.toEqual(mismatch);
    await expect(identity({ endpoint, model: 'builtin' }, space({}))).rejects.toEqual(mismatch);
    await expect(identity({}, space({ kind: 'mine' }))).rejects.toEqual(mismatch);
    expect(server.requests).toEqual([]);
  });

  it('and says so when an endpoint is named for the built-in embedder', async () => {
    expect(await identity({ endpoint: server.url }, BUILTIN)).toMatchObject({ kind: 'builtin' });
    expect(said.join()).toContain('--endpoint is not needed');
  });

  it('not for a rebuild, which takes what is named and else the corpus’s model', async () => {
    const rebuild = { rebuild: true, endpoint: server.url };
    const old = space({ dimensions: 16, documentPrompt: 'p: ' });
    expect(await identity({ ...rebuild }, old)).toEqual({
      ...{ kind: 'ollama', model: 'bge-m3:latest', dimensions: 32, documentPrompt: '' },
    });
    expect(await identity({ ...rebuild, model: 'builtin' }, old)).toMatchObject({
      kind: 'builtin',
    });
    expect(await identity({ ...rebuild }, BUILTIN)).toMatchObject({ kind: 'ollama' });
    expect(await identity({ rebuild: true }, BUILTIN)).toMatchObject({ kind: 'builtin' });
  });
});

describe('a new corpus', () => {
  it('takes the only model that can embed, and says which', async () => {
    expect(await identity({ endpoint: server.url }, null)).toMatchObject({
      model: 'bge-m3:latest',
    });
    expect(said).toEqual(['Using bge-m3:latest, the only model there that can embed.']);
  });

  it('takes the model of the environment', async () => {
    expect(await identity({}, null, { UMEKOMI_MODEL: 'builtin' })).toMatchObject({
      kind: 'builtin',
    });
    expect(said).toEqual([]);
  });

  it('never falls back to another embedder when the named server fails', async () => {
    const { url } = server;
    await server.close();
    await expect(identity({ endpoint: url }, null)).rejects.toMatchObject({
      code: 'ENDPOINT_UNREACHABLE',
    });
    server = await startStandIn();
  });

  it('with the built-in embedder has no dimensions or prefixes to choose', async () => {
    await expect(identity({ model: 'builtin', dimensions: 8 }, null)).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});

describe('discovery', () => {
  it('takes a local Ollama that can embed, without any key', async () => {
    const embedder = await discover(
      context({}, { OLLAMA_API_KEY: 'k', OPEN_WEBUI_API_KEY: 'k' }),
      server.url,
    );
    expect(await embedder.identity()).toMatchObject({ kind: 'ollama', model: 'bge-m3:latest' });
    expect(said[0]).toBe(`Found Ollama at ${server.url}.`);
    expect(server.requests.map(({ authorization }) => authorization)).not.toContainEqual(
      expect.anything(),
    );
  });

  it('takes the built-in embedder where Ollama is not there or cannot embed, and says it', async () => {
    server.setModels([]);
    expect(await (await discover(context({}), server.url)).identity()).toMatchObject({
      kind: 'builtin',
    });
    const { url } = server;
    await server.close();
    expect(await (await discover(context({}), url)).identity()).toMatchObject({ kind: 'builtin' });
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('built-in');
    server = await startStandIn();
  });
});

import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configFolder, corpusPath } from '../../../src/cli/corpus-path.ts';
import { resolveSettings } from '../../../src/cli/settings.ts';
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';
import { createWorld, type TestWorld } from '../../helpers/world.ts';

let box: Sandbox;
beforeEach(() => {
  box = createSandbox();
});
afterEach(() => box.remove());

function world(env: Record<string, string> = {}, cwd = ''): TestWorld {
  return createWorld({
    env: { XDG_CONFIG_HOME: box.config, ...env },
    cwd: join(box.folder, cwd),
    home: join(box.folder, 'home'),
  });
}

function userConfig(value: unknown): void {
  box.write('home/config/umekomi/config.json', JSON.stringify(value));
}

function projectConfig(value: unknown): void {
  box.write('.umekomi/config.json', typeof value === 'string' ? value : JSON.stringify(value));
}

describe('precedence', () => {
  it('is flag, environment, project, user', () => {
    userConfig({ model: 'user', timeout: 1, retries: 1, concurrency: 1 });
    projectConfig({ model: 'project', timeout: 2, retries: 2 });
    const env = { UMEKOMI_MODEL: 'environment' };
    const flags = { model: 'flag', timeout: 3 };
    expect(resolveSettings(world(env), flags)).toMatchObject({
      ...{ model: 'flag', timeout: 3, retries: 2, concurrency: 1 },
    });
    expect(resolveSettings(world(env), {}).model).toBe('environment');
    expect(resolveSettings(world({ UMEKOMI_MODEL: '' }), {}).model).toBe('project');
  });

  it('knows what was named by flag', () => {
    projectConfig({ model: 'project', dimensions: 8 });
    expect(resolveSettings(world(), { documentPrefix: '' }).flagged).toEqual({
      ...{ model: undefined, dimensions: undefined },
      ...{ documentPrefix: '', queryPrefix: undefined },
    });
  });

  it('of the endpoint is flag, OPEN_WEBUI_URL, OLLAMA_HOST, user configuration', () => {
    userConfig({ endpoint: 'http://user' });
    const both = { OPEN_WEBUI_URL: 'http://webui', OLLAMA_HOST: 'ollama' };
    const named = (env: Record<string, string>, endpoint?: string) => {
      const settled = resolveSettings(world(env), endpoint === undefined ? {} : { endpoint });
      return [settled.endpoint, settled.endpointOrigin];
    };
    expect(named(both, 'http://flag')).toEqual(['http://flag', 'flag']);
    expect(named(both)).toEqual(['http://webui', 'OPEN_WEBUI_URL']);
    expect(named({ ...both, OPEN_WEBUI_URL: ' ' })).toEqual(['ollama', 'OLLAMA_HOST']);
    expect(named({})).toEqual(['http://user', 'config']);
  });

  it('has nothing without settings', () => {
    const settled = resolveSettings(world(), {});
    expect(settled).toMatchObject({ endpointOrigin: null, rebuild: false });
    expect([settled.endpoint, settled.model]).toEqual([undefined, undefined]);
  });
});

describe('configuration files', () => {
  const problem = (): unknown => {
    try {
      resolveSettings(world(), {});
      return null;
    } catch (error) {
      return error;
    }
  };
  const invalid = (message: RegExp): unknown =>
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message) as string,
    });

  it('of a checked-in project never name a server or hold a key', () => {
    projectConfig({ endpoint: 'http://elsewhere' });
    expect(problem()).toEqual(invalid(/cannot say where text is sent/));
    projectConfig({ rerankUrl: 'http://elsewhere' });
    expect(problem()).toEqual(invalid(/cannot say where text is sent \(rerankUrl\)/));
    projectConfig({ apiKey: 'sk-secret' });
    expect(problem()).toEqual(invalid(/no setting "apiKey".*environment/s));
    expect(String(problem())).not.toContain('sk-secret');
  });

  it.each([
    ['{', /not valid JSON/],
    ['[]', /JSON object/],
    [{ modle: 'x' }, /no setting "modle"/],
    [{ model: 1 }, /model must be a text/],
    [{ timeout: '5' }, /timeout must be a number/],
    [{ concurrency: 0 }, /concurrency must be a whole number from 1 to 256/],
    [{ retries: 1.5 }, /retries must be a whole number/],
    [{ __proto__: null, constructor: 'x' }, /no setting "constructor"/],
  ])('%j is an error', (value, message) => {
    projectConfig(value);
    expect(problem()).toEqual(invalid(message));
  });

  it('that are folders are an error; ones that are not there are not', () => {
    expect(problem()).toBeNull();
    mkdirSync(join(box.folder, '.umekomi', 'config.json'), { recursive: true });
    expect(problem()).toEqual(invalid(/cannot be read/));
  });

  it('may begin with a byte order mark', () => {
    projectConfig('\uFEFF{"model": "x"}');
    expect(resolveSettings(world(), {}).model).toBe('x');
  });

  it('of the user are in ~/.config where XDG_CONFIG_HOME is unset or relative', () => {
    box.write('home/.config/umekomi/config.json', '{"model": "home"}');
    expect(resolveSettings(world({ XDG_CONFIG_HOME: '' }), {}).model).toBe('home');
    expect(resolveSettings(world({ XDG_CONFIG_HOME: 'relative' }), {}).model).toBe('home');
  });

  it('of a project count only for its own corpus', () => {
    projectConfig({ model: 'project' });
    expect(resolveSettings(world(), { db: 'other.db' }).model).toBeUndefined();
  });
});

describe('the corpus', () => {
  it('is looked for upwards, and is the current folder’s where there is none', () => {
    mkdirSync(join(box.folder, 'a', 'b'), { recursive: true });
    expect(corpusPath(world({}, 'a/b'), undefined)).toBe(
      join(box.folder, 'a', 'b', '.umekomi', 'corpus.db'),
    );
    const above = box.write('.umekomi/corpus.db', '');
    expect(corpusPath(world({}, 'a/b'), undefined)).toBe(above);
    const nearer = box.write('a/.umekomi/corpus.db', '');
    expect(corpusPath(world({}, 'a/b'), undefined)).toBe(nearer);
  });

  it('is the flag’s, then UMEKOMI_DB’s; ~ is expanded', () => {
    const env = { UMEKOMI_DB: '~/env.db' };
    expect(corpusPath(world(env), 'x.db')).toBe(join(box.folder, 'x.db'));
    expect(corpusPath(world(env), undefined)).toBe(join(box.folder, 'home', 'env.db'));
    expect(corpusPath(world(), '~user/x.db')).toBe(join(box.folder, '~user', 'x.db'));
  });

  describe.skipIf(process.platform === 'win32')('that nobody named', () => {
    const refused = (cwd: string, uid: number = process.geteuid?.() ?? 0): unknown => {
      try {
        corpusPath({ ...world({}, cwd), uid }, undefined);
        return null;
      } catch (error) {
        return error;
      }
    };

    it('is not used if it is another user’s, unless it is named', () => {
      const path = box.write('.umekomi/corpus.db', '');
      mkdirSync(join(box.folder, 'a'));
      const another = { ...world({}, 'a'), uid: 4711 };
      expect(refused('a', 4711)).toMatchObject({
        code: 'CORPUS_UNSAFE',
        message: expect.stringContaining('belongs to another user'),
        remedy: { code: 'trust-corpus', path },
      });
      expect(corpusPath(another, path)).toBe(path);
      expect(corpusPath({ ...another, env: { UMEKOMI_DB: path } }, undefined)).toBe(path);
    });

    it('is not made in another user’s .umekomi, whose configuration would count', () => {
      projectConfig({ model: 'theirs' });
      expect(refused('', 4711)).toMatchObject({ code: 'CORPUS_UNSAFE' });
    });

    it.each(['.umekomi', '.umekomi/corpus.db'])('is not used if all may write %s', (name) => {
      box.write('.umekomi/corpus.db', '');
      expect(refused('')).toBeNull();
      chmodSync(join(box.folder, name), 0o777);
      expect(refused('')).toMatchObject({
        message: expect.stringContaining('every user'),
      });
      chmodSync(join(box.folder, name), 0o775);
      expect(refused('')).toBeNull();
    });

    it('is the user’s who calls sudo', () => {
      const path = box.write('.umekomi/corpus.db', '');
      for (const place of [path, join(box.folder, '.umekomi')]) {
        if (process.geteuid?.() === 0) chownSync(place, 4711, 4711);
      }
      const { uid } = statSync(path);
      const root = { ...world({ SUDO_UID: String(uid) }), uid: 0 };
      expect(corpusPath(root, undefined)).toBe(path);
    });
  });

  it('has a configuration only in a .umekomi folder', () => {
    expect(configFolder(join(box.folder, '.umekomi', 'corpus.db'))).toBe(
      join(box.folder, '.umekomi'),
    );
    expect(configFolder(join(box.folder, 'notes.db'))).toBeNull();
  });
});

/**
 * The folder that the pages speak of: `docs` and `judged` are in it, `fixtures/corpus` as in a clone, and no
 * server is asked.
 */
import { createSandbox, type Sandbox } from '../../helpers/sandbox.ts';

/** Makes such a sandbox; the caller removes it. */
export function docsSandbox(): Sandbox {
  const box = createSandbox();
  // A developer's own Ollama would be discovered; the settings here say otherwise.
  box.write('home/config/umekomi/config.json', JSON.stringify({ model: 'builtin' }));
  box.copyFixtures('docs');
  box.copyFixtures('fixtures/corpus');
  box.copyFixtures('judged', 'judged');
  return box;
}

/** Remedies as commands and flags: the only place where errors get theirs. Pure. */
import type { Remedy, UmekomiError } from '../../model/errors.ts';
import { flagOf } from '../flags.ts';
import { shellWord } from './shell.ts';

/** An error's message and what to do next. */
export function withRemedy({ message, remedy }: Pick<UmekomiError, 'message' | 'remedy'>): string {
  return remedy === null ? message : `${message} ${describeRemedy(remedy)}`;
}

/** What to do next: a sentence, or one that ends with a command. */
export function describeRemedy(remedy: Remedy): string {
  switch (remedy.code) {
    case 'rebuild': {
      const model = remedy.model === undefined ? '' : ` --model ${remedy.model}`;
      return `Embed everything anew with: umekomi index --rebuild${model}`;
    }
    case 'repair':
      return `Repair it with: umekomi doctor --repair${remedy.thenIndex ? ', then umekomi index' : ''}`;
    case 'source-gone':
      return `It is a source of this corpus: connect its disk, or put it back; if it is gone for good: umekomi remove ${shellWord(remedy.path)}`;
    case 'name-file':
      return `Name the file itself: --db ${shellWord(remedy.path)}`;
    case 'trust-corpus':
      return `If you trust it, name it: --db ${remedy.path}`;
    case 'options':
      return `Change or leave out ${anyOf(remedy.options.map(flagOf))}.`;
    case 'start-server': {
      const how = remedy.server === 'ollama' ? ' (`ollama serve`)' : '';
      return `Start it${how}, or name another server with --endpoint.`;
    }
    default:
      return TEXTS[remedy.code];
  }
}

/** `a`, `a or b`, `a, b or c`. */
function anyOf(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

/** Remedies with values. */
type Worded =
  | 'rebuild'
  | 'repair'
  | 'source-gone'
  | 'name-file'
  | 'trust-corpus'
  | 'options'
  | 'start-server';

/** Remedies without values. */
const TEXTS: Readonly<Record<Exclude<Remedy['code'], Worded>, string>> = {
  index: 'Bring it up to date with: umekomi index',
  'index-source': 'Name what to index: umekomi index <folder>',
  'name-corpus': 'Name another file with --db.',
  'distrust-files':
    'See where it comes from; delete it if it is not yours, or name another file with --db.',
  documents: 'umekomi ls lists the documents.',
  status: 'umekomi status lists what the corpus holds.',
  doctor: 'umekomi doctor says what is wrong and what can be done.',
  restore:
    'Restore the file from a backup, or save what can be read with: umekomi doctor --repair, then umekomi index',
  'index-anew':
    'Restore the file from a backup, or move it away and name what to index: umekomi index <folder>',
  'restore-model':
    'Bring back the model as it was, or embed everything anew with: umekomi index --rebuild',
  'name-model': 'Name one with --model or UMEKOMI_MODEL; `umekomi models` lists them.',
  models: '`umekomi models` lists what is there.',
  'give-key':
    'Set its key: OPEN_WEBUI_API_KEY (Open WebUI: Settings > Profile > Account) or OLLAMA_API_KEY.',
  'search-words': 'Or search by words alone with: --mode lexical',
  'shorter-chunks': 'Use a smaller --chunk-size, or a model that reads more.',
  'smaller-batches':
    'Use a smaller --batch-size, or raise the limit of the proxy before the server.',
  'longer-timeout': 'Raise --timeout, or lower --batch-size.',
};

/**
 * Which Markdown parser gives block positions fastest, and does its time grow linearly?
 * `npm install && npm start` in this folder. Each parser and size runs in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PARSERS = {
  '@lezer/markdown, blocks only': async () => {
    const { parser, Table } = await import('@lezer/markdown');
    const blocks = parser.configure([
      Table,
      {
        remove: ['LinkReference'],
        parseInline: [{ name: 'NoInline', before: 'Escape', parse: (cx) => cx.end }],
      },
    ]);
    return (text) => blocks.parse(text);
  },
  '@lezer/markdown, with inline': async () => {
    const { parser, GFM } = await import('@lezer/markdown');
    const full = parser.configure(GFM);
    return (text) => full.parse(text);
  },
  'markdown-it, blocks only': async () => {
    const { default: markdownIt } = await import('markdown-it');
    const blocks = markdownIt().disable('inline');
    return (text) => blocks.parse(text, {});
  },
  'mdast-util-from-markdown': async () => {
    const { fromMarkdown } = await import('mdast-util-from-markdown');
    const { gfmTable } = await import('micromark-extension-gfm-table');
    const { gfmTableFromMarkdown } = await import('mdast-util-gfm-table');
    const options = { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] };
    return (text) => fromMarkdown(text, options);
  },
};

const SECTION = `## 設定の手順 Settings

検索の索引は*一つのファイル*に保存されます。You can open it with [any client](https://example.com).
文書が変わると、変わった部分だけが **もう一度** 埋め込まれます。Nothing is embedded twice.

- first item with \`code\`
- 二つ目の項目
  - nested

| name | 説明 |
|------|------|
| size | 大きさ |

\`\`\`js
const answer = 42;
\`\`\`

`;

/** Megabytes of UTF-16 units, as files are measured in the chunker. */
function makeInput(megabytes) {
  return SECTION.repeat(Math.ceil((megabytes * 1e6) / SECTION.length));
}

async function measure(name, megabytes) {
  const parse = await PARSERS[name]();
  const text = makeInput(megabytes);
  const before = performance.now();
  parse(text);
  const ms = performance.now() - before;
  console.log(JSON.stringify({ ms, rss: process.resourceUsage().maxRSS / 1024 }));
}

function report() {
  console.log('| parser | M units | ms | ratio to 1 M | peak RSS MB |\n|---|---|---|---|---|');
  for (const name of Object.keys(PARSERS)) {
    let first = 0;
    for (const megabytes of [1, 10]) {
      const child = spawnSync(
        process.execPath,
        ['--max-old-space-size=6000', fileURLToPath(import.meta.url), name, String(megabytes)],
        { encoding: 'utf8', timeout: 180_000 },
      );
      if (child.status !== 0) {
        console.log(`| ${name} | ${megabytes} | failed or over 180 s | | |`);
        continue;
      }
      const { ms, rss } = JSON.parse(child.stdout);
      if (megabytes === 1) first = ms;
      console.log(
        `| ${name} | ${megabytes} | ${ms.toFixed()} | ${(ms / first).toFixed(1)} | ${rss.toFixed()} |`,
      );
    }
  }
}

const [name, megabytes] = process.argv.slice(2);
if (name === undefined) report();
else await measure(name, Number(megabytes));

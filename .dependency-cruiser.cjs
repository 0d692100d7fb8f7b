/** Import direction as ARCHITECTURE.md has it: enforced here, not remembered. */
const BASE = 'model/|text/';
const siblings = {
  files: '',
  chunking: '',
  server: '',
  embedding: 'server/',
  reranking: 'server/',
  store: '',
};

/** Whatever stands at `from` below src/ may import only what stands at `to`. */
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: `^src/(${from})` },
  to: { path: '^src/', pathNot: `^src/(${to})` },
});

/** The packages or parts of Node are imported only below `places`. */
const onlyIn = (name, modules, places) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${places})` },
  to: { path: modules },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('base-imports-nothing-above-it', BASE, BASE),
    ...Object.entries(siblings).map(([part, others]) =>
      only(
        `${part}-stands-alone`,
        `${part}/`,
        [BASE, `${part}/`, others].filter(Boolean).join('|'),
      ),
    ),
    onlyIn('sqlite-only-in-its-store', 'node_modules/(better-sqlite3|sqlite-vec)', 'store/sqlite/'),
    onlyIn('command-line-only-in-the-cli', 'node_modules/(commander|log-update)', 'cli/'),
    onlyIn('process-only-in-the-cli', '^(node:)?process$', 'cli/'),
    onlyIn('network-only-in-server', '^(undici|http|https|net|tls)$', 'server/'),
    onlyIn(
      'disk-only-at-the-edge',
      '^(node:)?fs(/promises)?$',
      'files/|store/|cli/|engine/evaluation/(judged-set|own-version)\\.ts$|embedding/builtin/data-file\\.ts$',
    ),
    {
      name: 'engine-knows-the-port-only',
      severity: 'error',
      from: { path: '^src/(?!store/|service/)' },
      to: { path: '^src/store/', pathNot: '^src/store/(store|[a-z]+-types)\\.ts$' },
    },
    {
      name: 'only-the-service-opens-stores',
      severity: 'error',
      from: { path: '^src/service/' },
      to: { path: '^src/store/sqlite/', pathNot: '^src/store/sqlite/(open-store|salvage)\\.ts$' },
    },
    {
      name: 'sqlite-only-behind-the-port',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store/sqlite/|service/corpora\\.ts$)' },
      to: { path: '^src/store/sqlite/' },
    },
    {
      name: 'engine-imports-no-service',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^src/(service|cli|index)' },
    },
    {
      name: 'only-the-cli-imports-the-cli',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'cli-is-a-door',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(files|chunking|store|engine)/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};

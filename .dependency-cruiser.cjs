/** Import direction as the design has it: enforced here, not remembered. */
const parts = ['corpus', 'chunking', 'embedding', 'words'];
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'base-imports-nothing-above-it',
      severity: 'error',
      from: { path: '^src/(types|errors|defaults|text/)' },
      to: { path: '^src/', pathNot: '^src/(types|errors|defaults|text/)' },
    },
    ...parts.map((part) => ({
      name: `${part}-stands-alone`,
      severity: 'error',
      from: { path: `^src/${part}/` },
      to: { path: '^src/', pathNot: `^src/(types|errors|defaults|text/|${part}/)` },
    })),
    {
      name: 'storage-stands-on-words',
      severity: 'error',
      from: { path: '^src/storage/' },
      to: { path: '^src/', pathNot: '^src/(types|errors|defaults|text/|words/|storage/)' },
    },
    {
      name: 'combiners-do-not-import-the-api',
      severity: 'error',
      from: { path: '^src/(indexing|retrieval)/' },
      to: { path: '^src/(cli/|index\\.ts|corpus-handle)' },
    },
    {
      name: 'only-the-cli-imports-the-cli',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'cli-uses-the-public-api',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(corpus|chunking|storage|indexing|retrieval)/' },
    },
    {
      name: 'network-only-in-embedding',
      severity: 'error',
      from: { pathNot: '^src/embedding/' },
      to: { path: '^(undici|http|https|net|tls)$' },
    },
    {
      name: 'disk-only-at-the-edge',
      severity: 'error',
      from: {
        pathNot:
          '^src/(corpus/|storage/|cli/|retrieval/judged-set\\.ts$|embedding/builtin/data-file\\.ts$)',
      },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
};

/** `documents`: which documents a corpus has. */
import { FILTER_OPTIONS } from '../../model/options.ts';
import type { DocumentFilters, DocumentInfo, NothingFound } from '../../model/search.ts';
import type { StoreReader } from '../../store/store.ts';
import { checkParams } from '../check.ts';
import type { Operation } from '../operation.ts';

/** The operation. Documents come by source and path, as they are read. */
export const documents: Operation<DocumentFilters, AsyncIterable<DocumentInfo>> = {
  name: 'documents',
  help: 'list documents with their passages, size and time',
  options: FILTER_OPTIONS,
  run: async ({ store, cwd }, filters) => {
    checkParams(filters, FILTER_OPTIONS);
    const { resolveFilters } = await import('../../engine/search/filters.ts');
    const { toDocumentInfo } = await import('../../engine/search/documents.ts');
    const { sources } = await store.info();
    return list(store, resolveFilters(filters, sources, cwd), toDocumentInfo);
  },
};

/** Why {@link documents} lists nothing. */
export const noDocuments: Operation<DocumentFilters, NothingFound> = {
  name: 'noDocuments',
  help: 'say why no document is listed',
  options: FILTER_OPTIONS,
  run: async ({ store, cwd }, filters) => {
    checkParams(filters, FILTER_OPTIONS);
    const { resolveFilters } = await import('../../engine/search/filters.ts');
    const { whyNoDocuments } = await import('../../engine/search/nothing.ts');
    const { sources } = await store.info();
    return whyNoDocuments(store, resolveFilters(filters, sources, cwd));
  },
};

async function* list(
  store: StoreReader,
  filters: DocumentFilters,
  toInfo: typeof import('../../engine/search/documents.ts').toDocumentInfo,
): AsyncGenerator<DocumentInfo> {
  for await (const document of store.documents(filters)) yield toInfo(document);
}

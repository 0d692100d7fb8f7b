import { describe, expect, it } from 'vitest';
import { findModelFamily, promptsFor } from '../../../src/server/model-families.ts';

const PASSAGES = 'Represent this sentence for searching relevant passages: ';
const TASK =
  'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:';

describe('prefixes by the family inside a name', () => {
  it.each([
    ['nomic-embed-text', 'search_query: ', 'search_document: '],
    ['nomic-embed-text:v1.5', 'search_query: ', 'search_document: '],
    ['nomic-embed-text-v2-moe:latest', 'search_query: ', 'search_document: '],
    ['mxbai-embed-large:335m', PASSAGES, ''],
    ['snowflake-arctic-embed:m', PASSAGES, ''],
    ['snowflake-arctic-embed2:568m', 'query: ', ''],
    ['hf.co/Snowflake/snowflake-arctic-embed-l-v2.0-GGUF', 'query: ', ''],
    ['hf.co/x/snowflake-arctic-embed-m-v1.5', PASSAGES, ''],
    ['bge-large:latest', PASSAGES, ''],
    ['hf.co/CompendiumLabs/bge-base-en-v1.5-gguf', PASSAGES, ''],
    ['hf.co/x/bge-large-zh-v1.5', '', ''],
    ['bge-m3', '', ''],
    ['box.bge-m3:latest', '', ''],
    ['all-minilm:33m', '', ''],
    ['granite-embedding:278m', '', ''],
    ['embeddinggemma:300m', 'task: search result | query: ', 'title: none | text: '],
    ['qwen3-embedding:0.6b', TASK, ''],
    ['dengcao/Qwen3-Embedding-8B:Q4_K_M', TASK, ''],
    ['jeffh/intfloat-multilingual-e5-large:f16', 'query: ', 'passage: '],
    ['hf.co/me/multilingual_e5_small-GGUF', 'query: ', 'passage: '],
    ['hf.co/x/multilingual-e5-large-instruct-GGUF', `${TASK} `, ''],
    ['hf.co/nekomata/ruri-v3-310m-GGUF:Q8_0', '検索クエリ: ', '検索文書: '],
    ['kun432/cl-nagoya-ruri-large:latest', 'クエリ: ', '文章: '],
    ['hf.co/me/ruri-base-v2', 'クエリ: ', '文章: '],
    ['paraphrase-multilingual:278m', '', ''],
    ['qwen3:8b', '', ''],
    ['my-own-model', '', ''],
  ])('%s', (name, queryPrompt, documentPrompt) => {
    expect(promptsFor(name)).toEqual({ queryPrompt, documentPrompt });
  });

  it('does not find a family in the middle of a word', () => {
    expect(findModelFamily('maruri:latest')).toBeNull();
    expect(findModelFamily('xbge-m3')).toBeNull();
  });

  it('gives way to the user’s own, the empty one included', () => {
    expect(promptsFor('ruri-v3-30m', { queryPrefix: '' })).toEqual({
      queryPrompt: '',
      documentPrompt: '検索文書: ',
    });
    expect(promptsFor('bge-m3', { documentPrefix: 'd ', queryPrefix: 'q ' })).toEqual({
      queryPrompt: 'q ',
      documentPrompt: 'd ',
    });
  });
});

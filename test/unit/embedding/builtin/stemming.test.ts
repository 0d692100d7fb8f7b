import { describe, expect, it } from 'vitest';
import { isStopWord, stem } from '../../../../src/embedding/builtin/stemming.ts';

describe('stem', () => {
  it.each([
    // ies → y, unless only four letters long
    ['queries', 'query'],
    ['dies', 'die'],
    // sses → ss; final s, unless ss, us, is
    ['classes', 'class'],
    ['class', 'class'],
    ['corpus', 'corpus'],
    ['basis', 'basis'],
    ['vectors', 'vector'],
    // ing (longer than 5) and ed (longer than 4), with the double letter undone
    ['running', 'run'],
    ['calling', 'call'],
    ['passed', 'pass'],
    ['buzzing', 'buzz'],
    ['bring', 'bring'],
    ['stopped', 'stop'],
    ['need', 'need'],
    ['embeddings', 'embed'],
    // final e (longer than 4), final ly (longer than 5)
    ['store', 'stor'],
    ['stored', 'stor'],
    ['tree', 'tree'],
    ['quickly', 'quick'],
    ['daily', 'daily'],
    // short words and other scripts stay
    ['gas', 'gas'],
    ['éclairs', 'éclairs'],
    ['привыed', 'привыed'],
  ])('%s → %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });
});

describe('isStopWord', () => {
  it('knows the ends of the list and no empty word', () => {
    expect(['a', 'some', 'while'].every(isStopWord)).toBe(true);
    expect(isStopWord('')).toBe(false);
    expect(isStopWord('search')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { classifyAnswer } from '../../../src/server/classify.ts';
import {
  OLLAMA_ROWS,
  OPEN_WEBUI_ROWS,
  STATUS_ROWS,
  throughOpenWebUi,
  type WireRow,
} from '../../helpers/stand-in/wire-rows.ts';

const NAMED_OLLAMA_ROWS = OLLAMA_ROWS.filter(
  ({ body }) => typeof (body as { error?: unknown }).error === 'string',
);

const ALL: readonly WireRow[] = [
  ...OLLAMA_ROWS,
  ...OPEN_WEBUI_ROWS,
  ...STATUS_ROWS,
  ...STATUS_ROWS.map((row) => ({ ...row, server: 'open-webui' as const })),
  ...NAMED_OLLAMA_ROWS.map((row) => throughOpenWebUi(row, false)),
  ...NAMED_OLLAMA_ROWS.map((row) => throughOpenWebUi(row, true)),
];

function classify(row: WireRow): ReturnType<typeof classifyAnswer> {
  const { status, body, contentType = 'application/json' } = row;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return classifyAnswer({ status, contentType, body: text }, row.server);
}

describe('every row of the wire gets its action', () => {
  it.each(
    ALL.map((row) => [`${row.server} ${row.status} ${JSON.stringify(row.body)}`, row] as const),
  )('%s', (_title, row) => {
    const { action, code } = classify(row);
    expect({ action, code }).toEqual({ action: row.action, code: row.code });
  });

  it('says what happened and what to do next in every row', () => {
    for (const row of ALL) {
      const { what, advice } = classify(row);
      expect(what).toMatch(/^\S.*[^.\s]$/);
      expect(advice.text === '' ? advice.remedy?.code : advice.text).toMatch(
        /^[A-Z].*[.!]$|^[a-z-]+$/,
      );
    }
  });
});

describe('the words of a server', () => {
  const secret = '秘密 of the user';

  it('never appear in a verdict, even where a 422 echoes the text', () => {
    const bodies = [
      { detail: [{ type: 'missing', input: { model: 'm', input: secret } }] },
      { error: secret },
      { detail: secret },
      { error: `model "${secret}" not found, try pulling it first` },
      `<html>${secret}</html>`,
    ];
    for (const body of bodies) {
      for (const status of [400, 401, 403, 404, 413, 422, 500, 503]) {
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        const answer = { status, contentType: 'application/json', body: text };
        const verdict = classifyAnswer(answer, 'open-webui');
        expect(JSON.stringify(verdict)).not.toContain(secret);
      }
    }
  });

  it('survive bodies that are no object, no JSON, or nothing', () => {
    for (const body of ['', 'null', '[]', '"x"', '7', '{', '{"error":null}', '{"detail":7}']) {
      const verdict = classifyAnswer({ status: 400, contentType: '', body }, 'ollama');
      expect(verdict.action).toBe('fail');
    }
  });

  it('of Ollama at the address of Open WebUI name the right address', () => {
    const answer = { status: 405, contentType: 'application/json', body: '{"detail":"x"}' };
    expect(classifyAnswer(answer, 'ollama').advice.text).toContain('/ollama');
  });
});

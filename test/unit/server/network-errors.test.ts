import { describe, expect, it } from 'vitest';
import { classifyNetworkError, timeoutVerdict } from '../../../src/server/network-errors.ts';

function failed(code: string | undefined): Error {
  const cause = Object.assign(new Error('secret detail'), code === undefined ? {} : { code });
  return new TypeError('fetch failed', { cause });
}

describe('a request without an answer', () => {
  it.each([
    ['ECONNREFUSED', 'retry', true, 'start-server'],
    ['ENOTFOUND', 'retry', true, 'name'],
    ['EAI_AGAIN', 'retry', true, 'name'],
    ['UND_ERR_CONNECT_TIMEOUT', 'retry', true, 'network'],
    ['ECONNRESET', 'retry', undefined, 'network'],
    ['UND_ERR_SOCKET', 'retry', undefined, 'network'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'fail', undefined, 'NODE_EXTRA_CA_CERTS'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'fail', undefined, 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'fail', undefined, 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'fail', undefined, 'NODE_EXTRA_CA_CERTS'],
    ['CERT_HAS_EXPIRED', 'fail', undefined, 'NODE_EXTRA_CA_CERTS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'fail', undefined, 'NODE_EXTRA_CA_CERTS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'fail', undefined, 'http://'],
    ['UND_ERR_ABORTED', 'fail', undefined, 'HTTPS_PROXY'],
    ['SOMETHING_NEW', 'retry', undefined, 'network'],
    [undefined, 'retry', undefined, 'network'],
  ])('%s: %s', (code, action, isAbsent, advice) => {
    const verdict = classifyNetworkError(failed(code));
    expect(verdict.action).toBe(action);
    expect(verdict.code).toBe('ENDPOINT_UNREACHABLE');
    expect(verdict.isAbsent).toBe(isAbsent);
    expect(JSON.stringify(verdict.advice)).toContain(advice);
    expect(verdict.what).not.toContain('secret');
    if (code) expect(verdict.what).toContain(code);
  });

  it('to a name with several addresses counts the first of them', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const both = new AggregateError([refused, refused]);
    expect(classifyNetworkError(new TypeError('fetch failed', { cause: both })).isAbsent).toBe(
      true,
    );
  });

  it('of unknown shape does not throw', () => {
    for (const error of [undefined, null, 'x', {}]) {
      expect(classifyNetworkError(error).action).toBe('retry');
    }
  });

  it('in time says how long that was', () => {
    expect(timeoutVerdict(1500)).toMatchObject({ code: 'ENDPOINT_TIMEOUT', action: 'retry' });
    expect(timeoutVerdict(1500).what).toContain('1.5 s');
  });
});

/** What both wires share: a request as read, an answer before it is sent. */

export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  readonly contentType: string;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is sent piece by piece. */
export interface WireStream {
  readonly status: 200;
  readonly contentType: string;
  readonly pieces: readonly Uint8Array[];
  /** What comes behind the last piece: the end, a cut socket, or nothing, ever. */
  readonly close: 'end' | 'cut' | 'hang';
}

export function json(status: number, value: unknown): WireAnswer {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

export function text(status: number, body: string): WireAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

export function html(status: number): WireAnswer {
  const body = '<!doctype html><html><head><title>Open WebUI</title></head><body></body></html>';
  return { status, contentType: 'text/html; charset=utf-8', body };
}

/** undefined if it is not JSON. */
export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

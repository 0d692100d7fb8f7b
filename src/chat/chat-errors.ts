/** Errors of a chat server, made of verdicts and of what the server's other questions threw. */
import { ChatError, EmbeddingError } from '../model/errors.ts';
import { ADVICE } from '../server/advice.ts';
import { type Connection, describeFailure, type FailureScene } from '../server/connection.ts';
import type { Fault } from './reader.ts';
import { type ChatVerdict, toChatCode } from './server-words.ts';

/** What happened, where, and what to do next. */
export function toChatError(
  connection: Connection,
  verdict: ChatVerdict,
  scene: FailureScene & { readonly cause?: unknown },
): ChatError {
  const { message, remedy } = describeFailure(connection, verdict, scene);
  const { promptTokens, contextTokens } = verdict;
  const { status, cause } = scene;
  const counts = { promptTokens, contextTokens };
  return new ChatError(verdict.code, message, {
    ...{ status, remedy, ...counts },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** An answer that broke off. */
export function interrupted(
  connection: Connection,
  { what, advice }: Pick<Fault, 'what' | 'advice'>,
  scene: FailureScene & { readonly cause?: unknown },
): ChatError {
  const verdict = { action: 'fail', code: 'ANSWER_INTERRUPTED', what } as const;
  return toChatError(connection, { ...verdict, advice: ADVICE[advice] }, scene);
}

/**
 * Runs questions that embedding asks as well (which server, which models), and throws their errors as
 * those of a chat server.
 */
export async function asChat<T>(questions: () => Promise<T>): Promise<T> {
  try {
    return await questions();
  } catch (error) {
    if (!(error instanceof EmbeddingError)) throw error;
    const { message, status, remedy } = error;
    throw new ChatError(toChatCode(error.code), message, { status, remedy, cause: error });
  }
}

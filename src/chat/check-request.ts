/** Whether messages and options can be sent. Servers take much that means something else. Pure. */
import { UsageError } from '../model/errors.ts';
import type { ChatMessage, ChatOptions } from './chat-model.ts';

/**
 * @throws UsageError `USAGE`: no messages (which would load the model, and answer nothing), none but of the
 *   system, or a number that means something else to a server (0 tokens are "without end")
 */
export function checkRequest(messages: readonly ChatMessage[], options: ChatOptions): void {
  if (messages.every(({ role }) => role === 'system')) {
    throw new UsageError('USAGE', 'There is no message to answer.');
  }
  const { temperature = 0, seed = 0, maxTokens = 1, contextTokens = 1 } = options;
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
  if (!isCount(maxTokens)) throw notUsable('maxTokens', 'a whole number from 1');
  if (!isCount(contextTokens)) throw notUsable('contextTokens', 'a whole number from 1');
  if (!Number.isSafeInteger(seed)) throw notUsable('seed', 'a whole number');
  if (!Number.isFinite(temperature) || temperature < 0) {
    throw notUsable('temperature', 'a number from 0');
  }
}

function notUsable(name: string, wanted: string): UsageError {
  return new UsageError('USAGE', `${name} must be ${wanted}.`);
}

/** Half of a surrogate pair is no text: servers refuse it. It is replaced. */
export function wellFormed(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return messages.map(({ role, content }) => ({ role, content: content.toWellFormed() }));
}

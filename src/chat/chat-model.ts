/**
 * The port to a model that answers: messages in, a checked stream out. A stream is deltas and then exactly
 * one ending; without an ending it throws. So an answer that broke off can never be taken for a whole one.
 */

/** Who says something. */
export type ChatRole = 'system' | 'user' | 'assistant';

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

/** How much a model thinks before it answers. Levels are gpt-oss's; other models take them for true. */
export type Thinking = boolean | 'low' | 'medium' | 'high';

/** How an answer is asked for. */
export interface ChatOptions {
  /** 0 for the likeliest word each time. @default the model's own */
  readonly temperature?: number | undefined;
  /** The same seed gives the same answer, as far as the server can. @default the server's */
  readonly seed?: number | undefined;
  /** The most tokens of an answer, thinking included. @default as many as the context holds */
  readonly maxTokens?: number | undefined;
  /**
   * Tokens of messages and answer together. Servers that cannot be told (OpenAI-compatible ones) keep
   * their own. @default what `identity` says
   */
  readonly contextTokens?: number | undefined;
  /** @default false, or as little as the model can */
  readonly think?: Thinking | undefined;
  /** Ends the answer, and the request at the server. */
  readonly signal?: AbortSignal | undefined;
}

/** A piece of what the model says; never empty. Thinking is no part of the answer. */
export type ChatDelta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string };

/** All text so far turned out to be thinking: the answer begins anew. From models that nobody expected to think. */
export interface ChatRetraction {
  readonly type: 'retracted';
}

/** What the server counted. */
export interface ChatUsage {
  /** Tokens of the messages; null if the server does not say. */
  readonly promptTokens: number | null;
  /** Tokens of the answer, thinking included; null if the server does not say. */
  readonly answerTokens: number | null;
}

/** How an answer ended. A failure is thrown instead. */
export type ChatOutcome =
  /** The model came to its end, and the server said so. */
  | { readonly type: 'complete'; readonly usage: ChatUsage }
  /** It ended, and nothing tells whether the model had come to its end. */
  | { readonly type: 'unconfirmed'; readonly usage: ChatUsage }
  /** It was stopped at `maxTokens` or a limit of the server (length), or the context was full. */
  | { readonly type: 'cut'; readonly reason: 'length' | 'context'; readonly usage: ChatUsage };

/** What comes of a question: deltas, then one outcome, which is the last. */
export type ChatEvent = ChatDelta | ChatRetraction | ChatOutcome;

/** Which model answers. */
export interface ChatIdentity {
  /** The name to the letter, as the server lists it. */
  readonly model: string;
  /** Tokens of messages and answer that are used if nothing else is asked for; null if unknown. */
  readonly contextTokens: number | null;
  /** The most tokens that the model was made for; null if unknown. */
  readonly maxContextTokens: number | null;
  /** Whether it can think before it answers; null if the server does not say. */
  readonly canThink: boolean | null;
}

/** A model that answers. */
export interface ChatModel {
  /**
   * Which model it is; asks the server once.
   *
   * @throws ChatError if there is no such server or model; the signal's reason when it aborts.
   */
  identity(options?: Pick<ChatOptions, 'signal'>): Promise<ChatIdentity>;
  /**
   * Asks. Nothing is sent before the first event is asked for; leaving the iteration ends the request.
   *
   * @throws ChatError if there is no answer or it broke off (`ANSWER_INTERRUPTED`, or `ENDPOINT_TIMEOUT`
   *   in the middle); UsageError `USAGE` for messages or options that cannot be used; the signal's reason
   *   when it aborts.
   */
  chat(messages: readonly ChatMessage[], options?: ChatOptions): AsyncIterable<ChatEvent>;
}

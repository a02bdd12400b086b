import type { Quantity } from '../core/pricing/quantity.ts';
import type { Usage, UsageEvent } from '../core/usage/event.ts';

/** The head of an HTTP request. `header` takes a lower-case name. */
export interface RequestHead {
  method: string;
  url: URL;
  header(name: string): string | undefined;
}

/**
 * One HTTP exchange as far as it has come. Bodies are bytes as sent, with content encodings undone, and are absent
 * when there is none (yet), when it is not text (audio), or when it was too large to keep.
 */
export interface Exchange {
  request: RequestHead & { body?: Uint8Array };
  response?: {
    status: number;
    header(name: string): string | undefined;
    body?: Uint8Array;
    /** Whether the last byte has arrived. */
    complete: boolean;
  };
}

/** The part of a `UsageEvent` that the exchange itself tells; the caller adds time, attempt, labels and session. */
export type UsageFacts = Omit<UsageEvent, 'id' | 'timestamp' | 'durationMs' | 'attempt' | 'labels' | 'sessionId'> & {
  /** The provider's response id, where it gives one. */
  id?: string;
};

/**
 * The most that a request can use, once for each way in which that may be billed, and the tier that it asks for. `free`
 * by the vendor's own word; undefined where nothing bounds it.
 */
export type UsageBound = { usages: Usage[]; tier?: string } | 'free' | undefined;

/** How one vendor's exchanges become usage, and which meters that usage bills. One file and one registry line each. */
export interface Provider {
  id: string;
  /** Whether this request goes to the vendor: by host, or by path together with the vendor's own header. */
  matches(request: RequestHead): boolean;
  /**
   * What the exchange used. Called with growing exchanges of one call: request only, with response headers, with part
   * of the body, complete. Returns undefined for requests that never bill anything, such as listing models.
   * An exchange without a complete response gives status `incomplete`.
   */
  readUsage(exchange: Exchange): UsageFacts | undefined;
  /** Splits an event of this provider into disjoint quantities that add up to its totals. */
  meter(event: UsageEvent): Quantity[];
  /** Whether the body of this response, whose headers have arrived, tells more and is worth keeping. Audio never is. */
  wantsBody(exchange: Exchange): boolean;
  /** Whether the answer to this request tells about earlier calls: a poll, a downloaded result file, a cache that ends. */
  isLaterAnswer?(request: RequestHead): boolean;
  /** The calls that such an exchange tells of, each with its own id. `recall` gives what this process knows of a call by id; `remember` keeps it. */
  readLaterAnswer?(exchange: Exchange, memory: CallMemory): UsageFacts[];
  /** A reader of the messages of a WebSocket that this request opens; undefined for sockets of no concern. */
  openSocket?(request: RequestHead): SocketReader | undefined;
}

/** What a process knows of its earlier calls, by their ids. */
export interface CallMemory {
  recall(id: string): UsageFacts | undefined;
  remember(id: string, facts: UsageFacts): void;
}

/** Reads one WebSocket: each message that passes, in order, gives the calls it opened, changed or ended. */
export interface SocketReader {
  sent(message: Uint8Array, isText: boolean): SocketCall[];
  received(message: Uint8Array, isText: boolean): SocketCall[];
  closed(): SocketCall[];
}

/** What a socket tells of one call. `key` names the call within its socket; a later one with that key replaces it. */
export interface SocketCall {
  key: string;
  facts: UsageFacts;
  done: boolean;
}

import { builtin } from '../host.ts';

/** Each message leaves out this end of its last block (RFC 7692, 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const WINDOW_BYTES = 32 * 1024;

/** Undoes permessage-deflate in one direction of a WebSocket: https://www.rfc-editor.org/rfc/rfc7692. */
export class MessageInflater {
  private readonly keepsContext: boolean;
  private readonly limit: number;
  /** The end of what was inflated last: a message may refer back to it. Undefined once that is not known. */
  private window: Buffer | undefined = Buffer.alloc(0);

  /** `limit` is the size in bytes up to which a message is inflated. */
  constructor(keepsContext: boolean, limit: number) {
    this.keepsContext = keepsContext;
    this.limit = limit;
  }

  /** The message; undefined where it cannot be known, because it or one before it was not read. */
  inflate(bytes: Uint8Array): Uint8Array | undefined {
    if (!this.window) return undefined;
    const { inflateRawSync, constants } = builtin<typeof import('node:zlib')>('node:zlib');
    try {
      const message = inflateRawSync(Buffer.concat([bytes, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: this.limit,
        ...(this.window.length > 0 ? { dictionary: this.window } : {}),
      });
      if (this.keepsContext) this.window = Buffer.concat([this.window, message]).subarray(-WINDOW_BYTES);
      return message;
    } catch {
      this.miss();
      return undefined;
    }
  }

  /** A message passed that was not inflated. */
  miss(): void {
    if (this.keepsContext) this.window = undefined;
  }
}

/** The inflaters that a handshake agreed on, by its `sec-websocket-extensions`; none without compression. */
export function inflatersOf(
  extensions: string | undefined,
  limit: number,
): { client?: MessageInflater; server?: MessageInflater } {
  const agreed = extensions?.toLowerCase() ?? '';
  if (!agreed.includes('permessage-deflate')) return {};
  return {
    client: new MessageInflater(!agreed.includes('client_no_context_takeover'), limit),
    server: new MessageInflater(!agreed.includes('server_no_context_takeover'), limit),
  };
}

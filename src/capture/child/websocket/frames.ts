import type { MessageInflater } from './inflate.ts';

/** Messages beyond this are not kept. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const FIRST_CONTROL = 8;

interface Frame {
  isControl: boolean;
  isLast: boolean;
  mask: number[];
  remaining: number;
  position: number;
}

interface Message {
  isText: boolean;
  isCompressed: boolean;
  size: number;
  parts: Buffer[];
}

export interface FrameOptions {
  inflater?: MessageInflater | undefined;
  message(bytes: Uint8Array, isText: boolean): void;
  /** A message could not be read: it was too large, or was compressed with reference to one that was. */
  missed(): void;
}

/** Reads the bytes of one direction of a WebSocket as they pass: https://www.rfc-editor.org/rfc/rfc6455#section-5.2. */
export class FrameReader {
  private readonly options: FrameOptions;
  private header: number[] = [];
  private frame: Frame | undefined;
  private message: Message | undefined;
  private lost = false;

  constructor(options: FrameOptions) {
    this.options = options;
  }

  add(chunk: Uint8Array): void {
    for (let offset = 0; offset < chunk.length && !this.lost; ) {
      if (this.frame) offset += this.readPayload(this.frame, chunk.subarray(offset));
      else this.readHeader(chunk[offset++]!);
    }
  }

  private readHeader(byte: number): void {
    this.header.push(byte);
    const [first = 0, second] = this.header;
    if (second === undefined) return;
    const short = second & 0x7f;
    const sizeBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
    const maskBytes = second & 0x80 ? 4 : 0;
    if (this.header.length < 2 + sizeBytes + maskBytes) return;
    const long = this.header.slice(2, 2 + sizeBytes).reduce((sum, part) => sum * 256 + part, 0);
    const mask = this.header.slice(2 + sizeBytes);
    this.header = [];
    this.open(first, mask, sizeBytes ? long : short);
  }

  private open(first: number, mask: number[], size: number): void {
    const opcode = first & 0x0f;
    const isControl = opcode >= FIRST_CONTROL;
    if (opcode === TEXT || opcode === BINARY) {
      this.message = { isText: opcode === TEXT, isCompressed: (first & 0x40) !== 0, size: 0, parts: [] };
    } else if (!isControl && (opcode !== CONTINUATION || !this.message)) {
      // Not a WebSocket any more, or we came too late: what follows cannot be understood.
      this.lost = true;
      return;
    }
    this.frame = { isControl, isLast: (first & 0x80) !== 0, mask, remaining: size, position: 0 };
    if (size === 0) this.close(this.frame);
  }

  /** Returns how many bytes of `bytes` belong to the frame. */
  private readPayload(frame: Frame, bytes: Uint8Array): number {
    const size = Math.min(frame.remaining, bytes.length);
    if (!frame.isControl && this.message) keep(this.message, frame, bytes.subarray(0, size));
    frame.remaining -= size;
    frame.position += size;
    if (frame.remaining === 0) this.close(frame);
    return size;
  }

  private close(frame: Frame): void {
    this.frame = undefined;
    const { message } = this;
    if (frame.isControl || !frame.isLast || !message) return;
    this.message = undefined;
    const bytes = this.whole(message);
    if (bytes) this.options.message(bytes, message.isText);
    else this.options.missed();
  }

  private whole(message: Message): Uint8Array | undefined {
    const { inflater } = this.options;
    if (message.size > MAX_MESSAGE_BYTES) {
      if (message.isCompressed) inflater?.miss();
      return undefined;
    }
    const bytes = Buffer.concat(message.parts, message.size);
    return message.isCompressed ? inflater?.inflate(bytes) : bytes;
  }
}

/** Copies, since the bytes are still on their way to somebody else. */
function keep(message: Message, { mask, position }: Frame, bytes: Uint8Array): void {
  message.size += bytes.length;
  if (message.size > MAX_MESSAGE_BYTES) {
    message.parts = [];
    return;
  }
  const copy = Buffer.from(bytes);
  if (mask.length > 0) for (let i = 0; i < copy.length; i++) copy[i]! ^= mask[(position + i) & 3]!;
  message.parts.push(copy);
}

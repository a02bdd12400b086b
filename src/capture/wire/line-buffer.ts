const NEWLINE = 0x0a;

/** Cuts a flow of bytes into lines. What follows the last newline waits for more. */
export class LineBuffer {
  private rest: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): string[] {
    const bytes = Buffer.concat([this.rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE);
    this.rest = bytes.subarray(end + 1);
    return end === -1 ? [] : bytes.toString('utf8', 0, end).split('\n');
  }
}

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallRow, callRow } from '../../core/export/call-row.ts';
import type { PricedEvent } from '../../core/pricing/price.ts';
import { callId, weightOf } from '../../core/usage/same-call.ts';

const CHUNK_BYTES = 1 << 16;
const NEWLINE = 0x0a;

/**
 * Every call of a log, to be listed when all is read: a later record may turn out to be the same call as an earlier
 * one. Rows wait in a temporary file, so that memory holds their ids alone.
 */
export class CallSpool {
  private readonly folder = mkdtempSync(join(tmpdir(), 'costwatch-'));
  private readonly descriptor = openSync(join(this.folder, 'calls.jsonl'), 'wx+', 0o600);
  private readonly known = new Map<string, { row: number; weight: number }>();
  private readonly superseded = new Set<number>();
  private pending = '';
  private written = 0;

  constructor() {
    // An open file lives on without its name, so that nothing is left behind however this ends; Windows holds on to it.
    if (process.platform !== 'win32') this.removeFolder();
  }

  add(priced: PricedEvent): void {
    const id = callId(priced);
    const weight = weightOf(priced);
    const known = this.known.get(id);
    if (known && weight <= known.weight) return;
    if (known) this.superseded.add(known.row);
    this.known.set(id, { row: this.written++, weight });
    this.pending += `${JSON.stringify(callRow(priced))}\n`;
    if (this.pending.length > CHUNK_BYTES) this.flush();
  }

  /** The calls in the order of the log, each once. */
  *rows(): Generator<CallRow> {
    this.flush();
    let row = 0;
    for (const line of this.lines()) if (!this.superseded.has(row++)) yield JSON.parse(line) as CallRow;
  }

  close(): void {
    closeSync(this.descriptor);
    this.removeFolder();
  }

  private removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private flush(): void {
    writeFileSync(this.descriptor, this.pending);
    this.pending = '';
  }

  /** Split at line feeds only: other separators may stand in names. */
  private *lines(): Generator<string> {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = Buffer.alloc(0);
    for (let at = 0, count = -1; count !== 0; at += count) {
      count = readSync(this.descriptor, chunk, 0, CHUNK_BYTES, at);
      rest = Buffer.concat([rest, chunk.subarray(0, count)]);
      for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
        yield rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
      }
    }
  }
}

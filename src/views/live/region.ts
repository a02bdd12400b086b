import { drawRow, freshLine, releaseAfterResize, releaseRow, reserveRow, reserveRowAgain } from './bytes.ts';
import { fitToCells } from './fit.ts';
import type { LiveLine, LiveLineOptions, LiveStream } from './types.ts';

const DEFAULT_INTERVAL_MS = 250;
const MIN_ROWS = 6;

/** Whether the terminal is large enough to give up a row. A pty that nobody sized reports 0. */
export function hasRoom(stream: LiveStream): boolean {
  return (stream.rows ?? 0) >= MIN_ROWS && (stream.columns ?? 0) > 1;
}

/** The live line on the terminal's last row; the rows above it stay the child's own scrolling screen. */
export function createRegionLine(options: LiveLineOptions): LiveLine {
  const { stream } = options;
  let phase: 'new' | 'running' | 'suspended' | 'ended' = 'new';
  let reserved = false;
  let shown: string | undefined;
  let pause: NodeJS.Timeout | undefined;
  let changedInPause = false;

  // Every block is one write, so that the child's own output cannot come in between.
  const rows = () => stream.rows ?? 0;
  const columns = () => stream.columns ?? 0;

  function row(): string {
    shown = fitToCells(options.text(columns()), columns() - 1);
    return drawRow(rows(), shown);
  }

  function reserve(): void {
    reserved = hasRoom(stream);
    if (reserved) stream.write(reserveRow(rows()) + row());
  }

  function release(after = ''): void {
    const bytes = (reserved ? releaseRow() : '') + after;
    reserved = false;
    clearTimeout(pause);
    pause = undefined;
    if (bytes) stream.write(bytes);
  }

  function onResize(): void {
    if (phase !== 'running') return;
    const before = reserved;
    reserved = hasRoom(stream);
    if (reserved) stream.write((before ? reserveRowAgain : reserveRow)(rows()) + row());
    else if (before) stream.write(releaseAfterResize());
  }

  function refresh(): void {
    if (phase !== 'running' || !reserved) return;
    changedInPause = pause !== undefined;
    if (changedInPause) return;
    const before = shown;
    const bytes = row();
    if (shown !== before) stream.write(bytes);
    pause = setTimeout(endPause, options.intervalMs ?? DEFAULT_INTERVAL_MS).unref();
  }

  function endPause(): void {
    pause = undefined;
    if (changedInPause) refresh();
  }

  function say(text: string): void {
    stream.write(`${reserved ? freshLine(columns()) : ''}${text}\n`);
  }

  function start(): void {
    if (phase !== 'new') return;
    phase = 'running';
    stream.on('resize', onResize);
    stream.on('error', leave);
    process.on('exit', stop);
    process.on('uncaughtExceptionMonitor', stop);
    reserve();
  }

  function stop(): void {
    if (phase === 'new' || phase === 'ended') return;
    const columnsLeft = columns();
    leave();
    release(freshLine(columnsLeft));
  }

  // The stream's error listener stays: a terminal that has gone away reports it after our last write.
  function leave(): void {
    phase = 'ended';
    clearTimeout(pause);
    stream.off('resize', onResize);
    process.off('exit', stop);
    process.off('uncaughtExceptionMonitor', stop);
  }

  function suspend(): void {
    if (phase !== 'running') return;
    phase = 'suspended';
    release();
  }

  function resume(): void {
    if (phase !== 'suspended') return;
    phase = 'running';
    reserve();
  }

  return { start, refresh, say, suspend, resume, stop };
}

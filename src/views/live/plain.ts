import { stripVTControlCharacters } from 'node:util';
import type { LiveLine, LiveLineOptions } from './types.ts';

const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_COLUMNS = 80;

/** The live line where nothing may be drawn: now and then an ordinary line, and only if there is news. */
export function createPlainLine(options: LiveLineOptions): LiveLine {
  const { stream } = options;
  let phase: 'new' | 'running' | 'ended' = 'new';
  let shown = '';
  let timer: NodeJS.Timeout | undefined;

  const read = () => stripVTControlCharacters(options.text(stream.columns || DEFAULT_COLUMNS));

  function writeIfChanged(): void {
    const text = read();
    if (text === shown) return;
    shown = text;
    stream.write(`${text}\n`);
  }

  function start(): void {
    if (phase !== 'new') return;
    phase = 'running';
    shown = read();
    stream.on('error', stop);
    resume();
  }

  function say(text: string): void {
    stream.write(`${text}\n`);
  }

  function suspend(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function resume(): void {
    if (phase !== 'running') return;
    timer ??= setInterval(writeIfChanged, options.plainIntervalMs ?? DEFAULT_INTERVAL_MS).unref();
  }

  function stop(): void {
    phase = 'ended';
    suspend();
  }

  return { start, refresh() {}, say, suspend, resume, stop };
}

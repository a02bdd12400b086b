import type { Readable } from 'node:stream';
import { InputError, UsageError } from '../core/errors.ts';
import { shapes } from '../shapes/index.ts';
import type { LogShape } from '../shapes/shape.ts';
import { readFileBytes, textBytes, UnreadableError } from './bytes.ts';
import { resolveInputs, STDIN } from './inputs.ts';
import { FileEvents, type LogSink } from './recognise.ts';
import { RecordReader } from './records.ts';

export type { AlikeSink, EventSample, EventSamples } from './alike-records.ts';
export { STDIN } from './inputs.ts';
export type { LogSink, Recognised } from './recognise.ts';

export interface ReadOptions {
  /** What `-` reads; `process.stdin` unless told. */
  stdin?: Readable;
  /** The id of the only shape to read. */
  shape?: string;
  /** Is told how many bytes there are, where that is known, and when some are read. */
  progress?: ReadProgress;
}

export interface ReadProgress {
  expect(bytes: number): void;
  read(bytes: number): void;
}

/**
 * Reads usage events from logs: files, globs, folders and `-` for standard input, in sorted order, each file once.
 * What a file holds is told by its content. Every record ends as an event or as a skip; session headers as neither.
 * Throws an `InputError` for an input that names nothing, or when the only file cannot be read.
 */
export async function readLogs(inputs: readonly string[], sink: LogSink, options: ReadOptions = {}): Promise<void> {
  const known = shapesFor(options.shape);
  const { files, stdin, bytes, unreadable, repeated } = await resolveInputs(inputs);
  const isOnly = files.length + unreadable.length === 1 && !stdin;
  for (const { file, reason } of unreadable) cannotRead(file, reason, sink, isOnly);
  for (const diagnostic of repeated) sink.note?.(diagnostic);
  const { progress } = options;
  if (!stdin) progress?.expect(bytes);
  const read = (count: number) => progress?.read(count);
  for (const file of files) await readOne(file, readFileBytes(file, read), known, sink, isOnly);
  if (stdin) await readOne(STDIN, textBytes(options.stdin ?? process.stdin, read), known, sink, false);
}

function shapesFor(id: string | undefined): readonly LogShape[] {
  if (id === undefined) return shapes;
  const chosen = shapes.filter((shape) => shape.id === id);
  if (chosen.length > 0) return chosen;
  throw new UsageError(`Unknown log shape: ${id}`, { hint: `Known: ${shapes.map((shape) => shape.id).join(', ')}` });
}

async function readOne(
  file: string,
  bytes: AsyncIterable<Buffer>,
  known: readonly LogShape[],
  sink: LogSink,
  isOnly: boolean,
): Promise<void> {
  const events = new FileEvents(file, known, sink);
  const reader = new RecordReader(events);
  let problem: string | undefined;
  let anything = false;
  try {
    for await (const chunk of bytes) {
      anything = true;
      reader.push(chunk);
    }
  } catch (error) {
    problem = problemOf(error);
  }
  reader.end();
  events.end();
  if (problem) cannotRead(file, problem, sink, isOnly && !anything);
}

/** What the system or the unpacking says about a file; anything else is a bug and goes on as one. */
function problemOf(error: unknown): string {
  if (error instanceof UnreadableError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof syscall !== 'string') throw error;
  return REASONS[code ?? ''] ?? `cannot be read (${code})`;
}

const REASONS: Record<string, string> = {
  EACCES: 'may not be read: permission denied',
  EPERM: 'may not be read: permission denied',
  ENOENT: 'gone before it could be read',
  EISDIR: 'a folder',
};

function cannotRead(file: string, reason: string, sink: LogSink, isOnly: boolean): void {
  if (isOnly)
    throw new InputError(`Cannot read ${file}: ${reason}`, {
      hint: 'Name a log file, a folder, a glob or - for standard input.',
    });
  sink.skip({ file, reason });
}

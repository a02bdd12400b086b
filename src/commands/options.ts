import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError, UsageError } from '../core/errors.ts';
import type { PriceMode } from '../core/pricing/price.ts';
import { writeFileAtomic } from '../store/files/atomic.ts';
import { writePartsAtomic } from '../store/files/atomic-stream.ts';
import { localZone } from '../store/files/local-zone.ts';
import { formats } from '../views/formats/index.ts';
import type { View } from '../views/view.ts';
import type { CommandIo } from './command-io.ts';

/** `--label k=v`, given any number of times. */
export function collectLabels(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf('=');
  const name = text.slice(0, equals);
  if (equals < 1 || name === '__proto__') {
    throw new UsageError(`--label '${text}' is not a name and a value.`, {
      hint: 'Write --label name=value, such as --label video=ep01.',
    });
  }
  return { ...labels, [name]: text.slice(equals + 1) };
}

/** A comma-separated list, given any number of times. */
export function collectList(text: string, list: string[] = []): string[] {
  return [
    ...list,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ];
}

/** The view of `--format` or `--json`. */
export async function viewOf(options: { format?: string; json?: boolean }): Promise<View> {
  const name = options.json ? 'json' : (options.format ?? 'table');
  const load = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (!load)
    throw new UsageError(`Unknown format '${name}'.`, {
      hint: `Use --format with one of ${Object.keys(formats).join(', ')}.`,
    });
  return load();
}

const MODES: readonly PriceMode[] = ['auto', 'calculate', 'display'];

export function modeOf(name: string | undefined): PriceMode {
  const mode = MODES.find((known) => known === (name ?? 'auto'));
  if (!mode) throw new UsageError(`Unknown mode '${name}'.`, { hint: `Use --mode with one of ${MODES.join(', ')}.` });
  return mode;
}

/** An IANA time zone; the system's own when none is given. */
export function zoneOf(name: string | undefined): string {
  if (name === undefined || name === 'local') return localZone();
  const zone = name;
  if (zone === 'UTC') return zone;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (cause) {
    throw new UsageError(`Unknown time zone '${zone}'.`, {
      hint: 'Use an IANA name such as Europe/Paris, Asia/Seoul or UTC.',
      cause,
    });
  }
  return zone;
}

/** Fails before any work when the folder of `--output` is missing, so that a long run is not lost at its end. */
export function checkOutput(path: string | undefined, inputs: readonly string[] = []): void {
  if (path === undefined) return;
  if (inputs.some((input) => resolve(input) === resolve(path))) {
    throw new UsageError(`--output ${path} is one of the files to read.`, { hint: 'Name another file.' });
  }
  const folder = dirname(resolve(path));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError(`The folder of --output ${path} does not exist.`, {
      hint: `Create ${folder} or choose another place.`,
    });
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InputError(`--output ${path} is a folder.`, { hint: 'Name a file in it.' });
  }
}

/** Writes to `--output`, atomically, or else to the stream. */
export function emit(text: string, output: string | undefined, stream: CommandIo['stdout']): void {
  if (output === undefined) stream.write(text);
  else inFile(output, () => writeFileAtomic(output, text, { mode: 0o644 }));
}

/** Pieces of this size are written at once. */
const PIECE = 1 << 16;

/** Like `emit`, for a text that is too long for memory. */
export async function emitParts(
  parts: Iterable<string>,
  output: string | undefined,
  stream: CommandIo['stdout'],
): Promise<void> {
  if (output !== undefined) return inFile(output, () => writePartsAtomic(output, pieces(parts), { mode: 0o644 }));
  for (const piece of pieces(parts)) {
    stream.write(piece);
    // Lets the stream say that its reader is gone.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function* pieces(parts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function inFile(output: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new InputError(`Cannot write ${output}: ${(cause as Error).message}`, {
      hint: 'Choose another --output.',
      cause,
    });
  }
}

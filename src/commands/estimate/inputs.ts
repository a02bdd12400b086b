import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { InputError, UsageError } from '../../core/errors.ts';
import type { InputPart } from '../../core/estimate/tokens.ts';
import { codePoints } from '../../core/text.ts';
import type { Modality } from '../../core/usage/event.ts';
import type { CommandIo } from '../command-io.ts';

/** A file that a call would send. */
export interface InputFile extends InputPart {
  name: string;
  mimeType: string;
  bytes: number;
  /** Set for text. */
  text?: string;
  /** The content, read when it is asked for. */
  base64(): string;
}

export interface KnownSizes {
  /** Of the audio and video files, in order. */
  seconds?: readonly number[];
  /** Of the PDFs, in order. */
  pages?: readonly number[];
}

const STDIN = '-';

/** What Gemini takes beside text (https://ai.google.dev/gemini-api/docs/file-input-methods), by file name. */
const MEDIA: Record<string, [Modality, string]> = {
  '.png': ['image', 'image/png'],
  '.jpg': ['image', 'image/jpeg'],
  '.jpeg': ['image', 'image/jpeg'],
  '.webp': ['image', 'image/webp'],
  '.heic': ['image', 'image/heic'],
  '.heif': ['image', 'image/heif'],
  '.wav': ['audio', 'audio/wav'],
  '.mp3': ['audio', 'audio/mp3'],
  '.aac': ['audio', 'audio/aac'],
  '.aiff': ['audio', 'audio/aiff'],
  '.ogg': ['audio', 'audio/ogg'],
  '.flac': ['audio', 'audio/flac'],
  '.m4a': ['audio', 'audio/m4a'],
  '.mp4': ['video', 'video/mp4'],
  '.mov': ['video', 'video/mov'],
  '.mpeg': ['video', 'video/mpeg'],
  '.mpg': ['video', 'video/mpg'],
  '.avi': ['video', 'video/avi'],
  '.webm': ['video', 'video/webm'],
  '.wmv': ['video', 'video/wmv'],
  '.pdf': ['document', 'application/pdf'],
};

/** Reads what a call would send. Media are known by their file name; all else has to be UTF-8 text. */
export async function readInputs(paths: readonly string[], sizes: KnownSizes, io: CommandIo): Promise<InputFile[]> {
  const files: InputFile[] = [];
  const seconds = [...(sizes.seconds ?? [])];
  const pages = [...(sizes.pages ?? [])];
  for (const path of paths) {
    const file = path === STDIN ? textFile('stdin', await textOf(io.stdin ?? process.stdin)) : readInput(path);
    if (file.modality === 'audio' || file.modality === 'video') Object.assign(file, known('seconds', seconds.shift()));
    if (file.modality === 'document') Object.assign(file, known('pages', pages.shift()));
    files.push(file);
  }
  if (seconds.length > 0) throw surplus('--seconds', 'audio and video files');
  if (pages.length > 0) throw surplus('--pages', 'PDFs');
  return files;
}

function known(name: 'seconds' | 'pages', value: number | undefined): Partial<InputPart> {
  return value === undefined ? {} : { [name]: value };
}

function surplus(option: string, files: string): UsageError {
  return new UsageError(`${option} has more values than there are ${files}.`, {
    hint: `Give ${option} once for each of them, in their order.`,
  });
}

function readInput(path: string): InputFile {
  const media = MEDIA[extname(path).toLowerCase()];
  try {
    if (!media) return textFile(path, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
    const [modality, mimeType] = media;
    const { size } = statSync(path);
    return { name: path, modality, mimeType, bytes: size, base64: () => readFileSync(path, 'base64') };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new InputError(`${path} is neither UTF-8 text nor a kind of file that Gemini accepts.`, {
        hint: `Recognised by name: ${Object.keys(MEDIA).join(' ')}; anything else is read as text.`,
        cause,
      });
    throw new InputError(`Cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`, {
      hint: 'Check the path. In a plan, paths are relative to the plan; elsewhere, to this folder.',
      cause,
    });
  }
}

function textFile(name: string, text: string): InputFile {
  const bytes = Buffer.byteLength(text);
  const base64 = () => Buffer.from(text).toString('base64');
  return { name, modality: 'text', mimeType: 'text/plain', bytes, text, codePoints: codePoints(text), base64 };
}

import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Body } from '../../../src/capture/child/call/body.ts';
import { RequestBody } from '../../../src/capture/child/call/request-body.ts';

const TEXT = JSON.stringify({ usageMetadata: { promptTokenCount: 8 }, filler: 'abc'.repeat(5000) });

function bodyOf(...chunks: (string | Uint8Array)[]): Body {
  const body = new Body();
  for (const chunk of chunks) body.add(Buffer.from(chunk as string));
  return body;
}

function asText(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}

describe('a body', () => {
  it.each([
    ['nothing', undefined, Buffer.from(TEXT)],
    ['identity', 'identity', Buffer.from(TEXT)],
    ['gzip', 'gzip', gzipSync(TEXT)],
    ['upper case', 'GZIP', gzipSync(TEXT)],
    ['deflate', 'deflate', deflateSync(TEXT)],
    ['deflate without its frame', 'deflate', deflateRawSync(TEXT)],
    ['br', 'br', brotliCompressSync(TEXT)],
    ['two codings', 'gzip, br', brotliCompressSync(gzipSync(TEXT))],
  ])('undoes %s', (_title, encoding, bytes) => {
    expect(asText(bodyOf(bytes.subarray(0, 20), bytes.subarray(20)).bytes(encoding))).toBe(TEXT);
  });

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
  ])('that was cut off gives its beginning: %s', (encoding, bytes) => {
    const text = asText(bodyOf(bytes.subarray(0, -9)).bytes(encoding));
    expect(TEXT.startsWith(text ?? '?')).toBe(true);
  });

  it.each(['zstd', 'gzip'])('that cannot be undone is unknown: %s', (encoding) => {
    expect(bodyOf(TEXT).bytes(encoding)).toBeUndefined();
  });

  it('keeps what has come when it is read in between', () => {
    const body = bodyOf('one ');
    body.bytes();
    body.add(Buffer.from('two'));
    expect(asText(body.bytes())).toBe('one two');
  });

  it('copies, since the sender may use its buffer again', () => {
    const chunk = Buffer.from('one');
    const body = new Body();
    body.add(chunk);
    chunk.fill('x');
    expect(asText(body.bytes())).toBe('one');
  });

  it.each([
    [4, 'four'],
    [3, undefined],
  ])('is kept up to its limit of %i', (limit, text) => {
    const body = new Body(limit);
    body.add(Buffer.from('four'));
    expect(asText(body.bytes())).toBe(text);
    expect(body.length).toBe(4);
  });

  it('without a byte is none', () => {
    expect(new Body().bytes('gzip')).toBeUndefined();
  });
});

describe('a request body', () => {
  const sent = (type: string | undefined, ...chunks: unknown[]): RequestBody => {
    const body = new RequestBody((name) => (name === 'content-type' ? type : undefined));
    for (const chunk of chunks) body.add(chunk);
    return body;
  };

  it('is kept where it is JSON, in texts or in bytes', () => {
    expect(asText(sent('application/json', '{"a":', Buffer.from('1}'), () => 'a callback', undefined).bytes())).toBe(
      '{"a":1}',
    );
    expect(sent('multipart/form-data; boundary=x', '{"a":1}').bytes()).toBeUndefined();
  });

  it('has the fingerprint of its length and ends', () => {
    const fingerprint = (text: string, type = 'application/json') => sent(type, text).fingerprint();
    const long = `${'a'.repeat(5000)}${'b'.repeat(5000)}`;
    expect(fingerprint(long)).toBe(fingerprint(long));
    expect(fingerprint(long)).not.toBe(fingerprint(`x${long.slice(1)}`));
    expect(fingerprint(long)).not.toBe(fingerprint(`${long.slice(0, -1)}x`));
    expect(fingerprint(long)).not.toBe(fingerprint(`${long}b`));
    expect(fingerprint('--one', 'multipart/form-data')).toBe(fingerprint('--two', 'multipart/form-data'));
  });
});

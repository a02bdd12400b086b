import type { ReadableStreamDefaultReader } from 'node:stream/web';
import type { Call } from '../call/call.ts';
import { safe } from '../host.ts';

type Body = NonNullable<Response['body']>;

/** Lets a call see what is read of a response, without reading anything by itself. */
export function tapBody(response: Response, call: Call): void {
  if (!response.body) {
    call.complete();
    return;
  }
  const { body } = response;
  const define = (name: string, descriptor: PropertyDescriptor): unknown =>
    Object.defineProperty(response, name, { configurable: true, ...descriptor });
  const text = response.text.bind(response);
  const readText = async (): Promise<string> => whole(text(), call, (read) => read);
  define('text', { value: readText });
  define('json', { value: async () => JSON.parse(await readText()) as unknown });
  for (const name of ['arrayBuffer', 'bytes', 'blob', 'formData'] as const) {
    const read: unknown = Reflect.get(response, name);
    if (typeof read !== 'function') continue;
    define(name, { value: () => whole(Reflect.apply(read, response, []) as Promise<unknown>, call, bytesOf) });
  }
  const clone = response.clone.bind(response);
  define('clone', {
    value: () => {
      const copy = clone();
      safe(() => tapBody(copy, call));
      return copy;
    },
  });
  let passing: Body | undefined;
  define('body', {
    get: () => {
      passing ??= passThrough(body, call);
      return passing;
    },
  });
}

async function whole<T>(reading: Promise<T>, call: Call, bytes: (read: T) => unknown): Promise<T> {
  try {
    const read = await reading;
    const seen = await bytes(read);
    safe(() => {
      call.received(typeof seen === 'string' ? Buffer.from(seen) : seen);
      call.complete();
    });
    return read;
  } catch (error) {
    safe(() => call.breakOff(error));
    throw error;
  }
}

async function bytesOf(read: unknown): Promise<unknown> {
  const bytes = read instanceof Blob ? await read.arrayBuffer() : read;
  return bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
}

/** Takes the reader only when the script first reads, so that `text()` still works after a look at `body`. */
function passThrough(body: Body, call: Call): Body {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const stream = new ReadableStream(
    {
      type: 'bytes',
      async pull(controller) {
        reader ??= body.getReader();
        try {
          const { done, value } = await reader.read();
          safe(() => (done ? call.complete() : call.received(value)));
          if (!done) {
            controller.enqueue(value);
            return;
          }
          controller.close();
          controller.byobRequest?.respond(0);
        } catch (error) {
          safe(() => call.breakOff(error));
          controller.error(error);
        }
      },
      async cancel(reason) {
        safe(() => call.breakOff(reason ?? new DOMException('cancelled', 'AbortError')));
        await (reader ?? body).cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return stream as Body;
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const ANSWER = JSON.stringify({
  candidates: [{ content: { parts: [{ text: 'word' }] }, finishReason: 'STOP' }],
  modelVersion: 'gemini-2.5-flash',
  usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 50, totalTokenCount: 58 },
});
const REPLY = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${ANSWER.length + 8}\r\n\r\ndata: ${ANSWER}\n\n`;

/** A server that sees requests as the bytes that they are. */
export interface RawServer {
  url: string;
  /** Every request that has come whole, and last what has come of others. */
  requests(): string[];
  /** Forgets what has come. */
  clear(): void;
  close(): Promise<void>;
}

export async function startRawServer(): Promise<RawServer> {
  const whole: string[] = [];
  const pending = new Map<Socket, string>();
  const server = createServer((socket) => {
    pending.set(socket, '');
    socket.on('data', (data) => {
      const text = pending.get(socket)! + data.toString('latin1');
      const isWhole = hasEnded(text);
      if (isWhole) {
        whole.push(text);
        socket.write(REPLY);
      }
      pending.set(socket, isWhole ? '' : text);
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => [...whole, ...[...pending.values()].filter((text) => text !== '')],
    clear: () => {
      whole.length = 0;
      pending.clear();
    },
    close: async () => {
      for (const socket of pending.keys()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function hasEnded(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const [head, body] = [text.slice(0, end), text.slice(end + 4)];
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return body.length >= Number(length);
  return /^transfer-encoding: *chunked/im.test(head) ? body.endsWith('0\r\n\r\n') : true;
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LineBuffer } from '../wire/lines.ts';
import { type CaptureRecord, parseRecord } from '../wire/record.ts';

/** A socket path may not be longer than 104 bytes on macOS and 108 on Linux. */
const MAX_PATH_BYTES = 103;

/** The parent's end of the live feed. */
export class LiveServer {
  /** Where the hooks connect to; undefined where there can be no socket: then there are the spool files alone. */
  readonly path: string | undefined;
  private readonly folder: string | undefined;
  private readonly server: Server | undefined;
  private readonly connections = new Set<Socket>();

  private constructor(folder?: string, server?: Server) {
    this.folder = folder;
    this.server = server;
    this.path = folder === undefined ? undefined : join(folder, 's');
  }

  static async start(take: (record: CaptureRecord) => void): Promise<LiveServer> {
    // A named pipe of Windows cannot be written without waiting.
    if (process.platform === 'win32') return new LiveServer();
    let folder: string | undefined;
    try {
      folder = makeFolder();
      const server = createServer();
      const live = new LiveServer(folder, server);
      server.on('connection', (socket) => live.receive(socket, take));
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(live.path, resolve);
      });
      server.unref();
      return live;
    } catch {
      // Totals then come from the spool files, a moment later.
      if (folder) rmSync(folder, { recursive: true, force: true });
      return new LiveServer();
    }
  }

  get openConnections(): number {
    return this.connections.size;
  }

  close(): void {
    for (const socket of this.connections) socket.destroy();
    this.server?.close();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  private receive(socket: Socket, take: (record: CaptureRecord) => void): void {
    const lines = new LineBuffer();
    this.connections.add(socket);
    socket.on('data', (chunk) => {
      for (const line of lines.add(chunk)) {
        const record = parseRecord(line);
        if (record) take(record);
      }
    });
    // A process that was killed resets its connection; its spool has the rest.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.connections.delete(socket));
  }
}

function makeFolder(): string {
  const parent = Buffer.byteLength(tmpdir()) + '/cw-XXXXXX/s'.length > MAX_PATH_BYTES ? '/tmp' : tmpdir();
  const folder = mkdtempSync(join(parent, 'cw-'));
  chmodSync(folder, 0o700);
  return folder;
}

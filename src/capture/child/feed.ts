import type { Socket } from 'node:net';
import { builtin, host, safe } from './host.ts';

/**
 * The live copy of the records: a Unix socket, written without ever waiting. At the first sign of trouble it is
 * dropped for good, since the spool file has everything.
 */
export class Feed {
  private readonly path: string | undefined;
  private socket: Socket | undefined;
  private handle: object | undefined;
  private fd: unknown;
  private state: 'unused' | 'open' | 'dropped' = 'unused';

  constructor(path: string | undefined) {
    this.path = path;
    if (!path) this.state = 'dropped';
  }

  /** Sends whole lines, or drops the feed. Returns whether they were sent. */
  write(lines: Uint8Array): boolean {
    if (this.state === 'unused') this.connect();
    const fd = this.descriptor();
    if (this.state !== 'open' || fd === undefined) return false;
    try {
      if (host.writeSync(fd, lines) === lines.length) return true;
    } catch {
      // EAGAIN, EPIPE, ENOTCONN: all mean that the parent does not keep up or is gone.
    }
    this.drop();
    return false;
  }

  private connect(): void {
    this.state = 'dropped';
    safe(() => {
      // On a Unix socket connect(2) is done when this returns, so the descriptor can be written at once.
      const socket = builtin<typeof import('node:net')>('node:net').connect(this.path!);
      socket.on('error', () => this.drop());
      socket.unref();
      this.socket = socket;
      this.state = 'open';
    });
  }

  private descriptor(): number | undefined {
    const handle: unknown = this.socket && Reflect.get(this.socket, '_handle');
    if (typeof handle !== 'object' || handle === null) return undefined;
    if (handle !== this.handle) [this.handle, this.fd] = [handle, Reflect.get(handle, 'fd')];
    return typeof this.fd === 'number' && this.fd >= 0 ? this.fd : undefined;
  }

  private drop(): void {
    this.state = 'dropped';
    safe(() => this.socket?.destroy());
    this.socket = undefined;
  }
}

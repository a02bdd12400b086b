import type { Exchange, RequestHead } from '../../../providers/provider.ts';
import { Body } from './body.ts';
import { RequestBody } from './request-body.ts';

/** One HTTP exchange as it passes: what has been seen of it so far, and only what is worth keeping. */
export class PassingExchange {
  private readonly request: RequestHead;
  private readonly sentBody: RequestBody;
  private response: { status: number; header(name: string): string | undefined } | undefined;
  private responseBody: Body | undefined;
  private receivedBytes = 0;

  constructor(request: RequestHead) {
    this.request = request;
    this.sentBody = new RequestBody((name) => request.header(name));
  }

  sent(chunk: unknown, encoding?: unknown): void {
    this.sentBody.add(chunk, encoding);
  }

  headers(status: number, header: (name: string) => string | undefined): void {
    this.response = { status, header };
  }

  /** From here on the body of the response is worth keeping. */
  keepBody(): void {
    this.responseBody = new Body();
  }

  /** Returns whether the chunk was kept. */
  received(chunk: Uint8Array): boolean {
    this.receivedBytes += chunk.byteLength;
    this.responseBody?.add(chunk);
    return this.responseBody !== undefined;
  }

  /** What a provider reads. `complete`: the last byte has arrived. */
  soFar(complete: boolean): Exchange {
    const request = this.requestSoFar(true);
    if (!this.response) return { request };
    const body = this.responseBody?.bytes(this.encoding());
    return { request, response: { ...this.response, complete, ...(body ? { body } : {}) } };
  }

  requestSoFar(withBody: boolean): Exchange['request'] {
    const { method, url } = this.request;
    const body = withBody ? this.sentBody.bytes() : undefined;
    const header = (name: string) => this.request.header(name);
    return { method, url, header, ...(body ? { body } : {}) };
  }

  /** Equal for requests that ask for the same; neither query nor body can be had back from it. */
  fingerprint(): string {
    return `${this.request.method} ${this.request.url.pathname} ${this.sentBody.fingerprint()}`;
  }

  /** Whether the body of the request is kept. */
  get keepsRequest(): boolean {
    return this.sentBody.keep;
  }

  get status(): number | undefined {
    return this.response?.status;
  }

  isRedirect(): boolean {
    return this.status !== undefined && this.status >= 300 && this.status < 400;
  }

  isCompressed(): boolean {
    return this.encoding() !== undefined;
  }

  isStream(): boolean {
    return (
      /stream/i.test(this.request.url.pathname) || /event-stream/.test(this.response?.header('content-type') ?? '')
    );
  }

  /** Whether all that will be known is in a body that is read when it is whole. */
  isReadAtEnd(): boolean {
    const isSuccess = this.status !== undefined && this.status >= 200 && this.status < 300;
    return isSuccess && this.responseBody !== undefined && !this.isStream();
  }

  /** A reader that leaves right after the last byte may do so before the parser says that it was the last. */
  hasWholeBody(): boolean {
    return this.response?.header('content-length') === String(this.receivedBytes);
  }

  private encoding(): string | undefined {
    return this.response?.header('content-encoding');
  }
}

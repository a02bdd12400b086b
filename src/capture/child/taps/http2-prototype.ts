import { builtin, observeMethod, safe } from '../host.ts';
import { isLoaded, whenLoaded } from '../loading.ts';

/**
 * In versions of Node that do not announce HTTP/2 streams, the prototype of the sessions is the only place to see them, and only a
 * session leads there. Loading `http2` costs more than all the rest of the hook, so this waits until the program has
 * loaded it, and `http` with it: at the first connection that it opens.
 */
export function onFirstHttp2(found: (prototype: object) => void): void {
  let done = false;
  whenLoaded('_http_client', () => {
    observeMethod(builtin<typeof import('node:net')>('node:net').Socket.prototype, 'connect', () => {
      if (done || !isLoaded('http2')) return;
      done = true;
      safe(() => found(sessionPrototype()));
    });
  });
}

/** The class is not exported: a session that is connected to nothing gives it. */
function sessionPrototype(): object {
  const { connect } = builtin<typeof import('node:http2')>('node:http2');
  const { Duplex } = builtin<typeof import('node:stream')>('node:stream');
  const nowhere = new Duplex({ read() {}, write: (_chunk, _encoding, written) => written() });
  const session = connect('http://localhost', { createConnection: () => nowhere });
  session.on('error', () => undefined);
  const prototype = Object.getPrototypeOf(session) as object;
  session.destroy();
  return prototype;
}

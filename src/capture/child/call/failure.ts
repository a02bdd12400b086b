/** Errors before a connection stood, of Node and of undici: the server never saw the request. */
const NEVER_REACHED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/;

export function neverReached(error: unknown): boolean {
  return NEVER_REACHED.test(errorCode(error));
}

/** The code or the name of an error; never its message, which might quote the host's data. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'aborted';
  const names = [Reflect.get(error, 'code'), Reflect.get(error, 'name')];
  return names.find((name): name is string => typeof name === 'string' && /^\w{1,60}$/.test(name)) ?? 'error';
}

/** Lower-case hex digits that name things apart; no secret. `node:crypto` would cost every run some milliseconds to load. */
export function randomHex(digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join('');
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const CLIENTS = join(import.meta.dirname, '../clients');
const INSTALL_MS = 300_000;

/** Written by npm when all packages are there. */
export const CLIENTS_LOCK = join(CLIENTS, 'node_modules/.package-lock.json');

/** Installs the real clients before any test looks for them; without a registry their tests are skipped. */
export function setup(): void {
  if (existsSync(CLIENTS_LOCK)) return;
  try {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', args, { cwd: CLIENTS, stdio: 'ignore', timeout: INSTALL_MS });
  } catch (error) {
    process.stderr.write(`The clients of test/clients could not be installed: ${(error as Error).message}\n`);
  }
}

import { join } from 'node:path';
import envPaths from 'env-paths';
import type { Environment } from '../../core/environment.ts';

const paths = envPaths('costwatch', { suffix: '' });

/** Where session logs are kept. `COSTWATCH_HOME` takes the place of every folder of ours. */
export function dataDir(env: Environment = process.env): string {
  return env.COSTWATCH_HOME || paths.data;
}

/** Where configuration and the user's own prices are kept. */
export function configDir(env: Environment = process.env): string {
  return env.COSTWATCH_HOME || paths.config;
}

/** The user's own prices, in the format of the bundled ones. */
export function overridesFile(env: Environment = process.env): string {
  return join(configDir(env), 'prices.json');
}

/** The user's budgets. */
export function budgetsFile(env: Environment = process.env): string {
  return join(configDir(env), 'budgets.json');
}

import { type Command, Option } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { FormatArgs } from './json.ts';
import { PRICE_OPTIONS, type PriceFlag } from './meters.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

interface SetOptions {
  tier?: string;
  longContext?: boolean;
  from?: string;
  dryRun?: boolean;
  color?: boolean;
}

/** Declares `costwatch pricing …`. Each action is loaded only when it is called. */
export function registerPricing(program: Command, run: Run): void {
  const pricing = program.command('pricing').description('show, check and set the prices that costs are computed from');

  withFormat(pricing.command('list [filter]'))
    .description('prices in force today; the filter is part of a model, family or service name')
    .action((filter: string | undefined, options: FormatArgs) =>
      run(async (io) => (await import('./list.ts')).listPrices({ ...options, ...(filter ? { filter } : {}) }, io)),
    );

  withFormat(pricing.command('show <model>'))
    .description('all prices of one model: dates, tiers, sources, names, a worked example')
    .action((model: string, options: FormatArgs) =>
      run(async (io) => (await import('./show.ts')).showPrice({ ...options, model }, io)),
    );

  registerSet(pricing, run);

  pricing
    .command('reset [model]')
    .description('remove your own prices, of one model or all')
    .action((model: string | undefined) =>
      run(async (io) => (await import('./reset.ts')).resetPrices(model ? { model } : {}, io)),
    );

  withFormat(pricing.command('check'))
    .description('what is old, uncertain or about to change in the price book')
    .action((options: FormatArgs) => run(async (io) => (await import('./check.ts')).checkPrices(options, io)));
}

function registerSet(pricing: Command, run: Run): void {
  const set = pricing.command('set <model>').description('set your own price of a model, in US dollars');
  for (const { flag, unit } of PRICE_OPTIONS) set.option(`--${flag} <price>`, `dollars ${unit}`);
  set
    .option('--tier <tier>', 'service tier: standard, batch, flex or priority', 'standard')
    .option('--long-context', 'the price of prompts above the threshold of the model')
    .option('--from <day>', 'first day (UTC), such as 2026-12-01; without it the price applies to all dates')
    .option('--dry-run', 'show old and new price, write nothing')
    .option('--no-color', 'no colours')
    .addOption(new Option('--yes', 'write without asking, as it always does').hideHelp())
    .action((model: string, options: SetOptions & Record<string, unknown>) =>
      run(async (io) => (await import('./set.ts')).setPrice({ ...options, model, prices: pricesOf(options) }, io)),
    );
}

function pricesOf(options: Record<string, unknown>): Partial<Record<PriceFlag, string>> {
  const given = PRICE_OPTIONS.map(({ flag }) => [flag, options[camelCase(flag)]]);
  return Object.fromEntries(given.filter(([, price]) => typeof price === 'string'));
}

/** How commander names the value of an option. */
function camelCase(flag: string): string {
  return flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function withFormat(command: Command): Command {
  return command
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('-j, --json', 'the same as --format json')
    .option('--no-color', 'no colours');
}

import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { collectList } from '../options.ts';
import type { EstimateOptions } from './options.ts';

type Run = (action: (io: CommandIo) => Promise<number>) => Promise<void>;

/** Declares `costwatch estimate`; what it needs is loaded when it is called. */
export function registerEstimate(program: Command, run: Run): void {
  program
    .command('estimate')
    .description('what a call, or a whole plan, would cost; with a key, Google counts the tokens')
    .argument('[files...]', 'what one call sends: text, images, audio, video, PDF; - for text on stdin')
    .option('--model <names>', 'models to compare (repeatable)', collectList)
    .option('--input-tokens <number>', 'more text input, as tokens')
    .option('--output-tokens <number>', 'tokens of the answer, thinking included')
    .option('--images <number>', 'images in the answer')
    .option('--image-size <size>', '512, 1K, 2K or 4K (default: 1K)')
    .option('--seconds <lengths>', 'length of each audio or video file, in order', collectList)
    .option('--pages <numbers>', 'pages of each PDF, in order', collectList)
    .option('-n, --count <number>', 'how many such calls (default: 1)')
    .option('--tier <tier>', 'standard, batch, flex or priority')
    .option('--batch', 'the same as --tier batch')
    .option('--as-of <day>', 'prices of this day (UTC): 2026-12-01 (default: today)')
    .option('--plan <file>', 'a whole production as JSON or YAML: steps, repeats, margin (see docs/plan-file.md)')
    .option('--compare <session>', 'with --plan: against what a session, by id or file, actually cost')
    .option('-j, --json', 'as JSON')
    .option('--no-color', 'no colours')
    .action((files: string[], options: EstimateOptions) =>
      run(async (io) =>
        options.plan === undefined
          ? (await import('./files.ts')).estimateFiles(files, options, io)
          : (await import('./plan.ts')).estimatePlan(files, { ...options, plan: options.plan }, io),
      ),
    );
}

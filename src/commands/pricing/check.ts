import { type Finding, findings } from '../../core/pricing/book/findings.ts';
import { overridesFile } from '../../store/files/paths.ts';
import { loadPriceBook } from '../../store/settings/price-book.ts';
import { renderPriceCheck } from '../../views/pricing/check.ts';
import { type CommandIo, look, utcDay } from '../command-io.ts';
import { dayJson, type FormatArgs, jsonDocument, wantsJson } from './json.ts';

/** Reports what is old, uncertain or about to change in the price book. */
export async function checkPrices(args: FormatArgs, io: CommandIo): Promise<number> {
  const day = utcDay(io.now);
  const book = loadPriceBook({ overridesFile: overridesFile(io.env) });
  const found = findings(book, day);
  if (wantsJson(args)) io.stdout.write(jsonDocument(book, day, { findings: found.map(findingJson) }));
  else {
    const models = book.models.filter(({ kind }) => kind !== 'tool').length;
    const check = { day, version: book.version, models, overrides: book.overrides.length, findings: found };
    io.stdout.write(renderPriceCheck(check, look(io.stdout, io.env, args)));
  }
  return 0;
}

function findingJson(finding: Finding): object {
  if (finding.kind !== 'change') return finding;
  const { prices, ...rest } = finding;
  return { ...rest, ...dayJson(prices) };
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceBook } from '../../core/pricing/book/book.ts';
import { type PriceFile, parsePriceFile, readPriceFile } from '../../core/pricing/book/file.ts';
import { packageFile } from '../files/package-files.ts';
import { overridesFile } from '../files/paths.ts';
import { readOverrides } from './overrides.ts';

/**
 * Reads the bundled prices and, over them, the user's own. A missing file of own prices means that there are none.
 * @throws PriceBookError naming file and field when a file is not valid.
 */
export function loadPriceBook(options: { overridesFile?: string; directory?: string } = {}): PriceBook {
  // The bundled files are checked before they are.
  const bundled = options.directory
    ? readFolder(options.directory, parsePriceFile)
    : readFolder(packageFile('pricing'), readPriceFile);
  const own = readOverrides(options.overridesFile ?? overridesFile());
  const models = bundled.flatMap((file) => file.models);
  return {
    version: models.reduce((newest, model) => ((model.checked ?? '') > newest ? model.checked! : newest), ''),
    models,
    overrides: own.models,
    aliases: [...own.aliases, ...bundled.flatMap((file) => file.aliases)],
    credits: new Map([...bundled.flatMap((file) => [...file.credits]), ...own.credits]),
    sources: Object.assign({}, ...bundled.map((file) => file.sources), own.sources),
  };
}

function readFolder(folder: string, read: (json: unknown, file: string) => PriceFile): PriceFile[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'schema.json')
    .sort()
    .map((name) => read(JSON.parse(readFileSync(join(folder, name), 'utf8')), `pricing/${name}`));
}

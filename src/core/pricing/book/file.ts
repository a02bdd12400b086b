import type { Platform } from '../../usage/event.ts';
import { type Money, parseMoney } from '../money.ts';
import type { CreditRates, ModelPrices, MovingAlias, PricePeriod, PriceSource, Rates, TierRates } from './book.ts';
import {
  day,
  dayOrNull,
  decimal,
  entries,
  type Field,
  fields,
  items,
  member,
  oneOf,
  optional,
  refuse,
  text,
  texts,
  wholeNumber,
} from './field.ts';

/** What one file of the price book holds; `pricing/schema.json` describes the format. */
export interface PriceFile {
  models: ModelPrices[];
  aliases: MovingAlias[];
  credits: CreditRates;
  sources: Record<string, PriceSource>;
}

export const TIERS = ['standard', 'batch', 'flex', 'priority'] as const;
export type Tier = (typeof TIERS)[number];

const parsePlatform = oneOf<Platform>(['gemini-api', 'vertex']);
const MODALITY = '(?:text|image|video|audio|document)';
const METER = new RegExp(
  `^(?:input(?:\\.cached)?(?:\\.${MODALITY})?|output(?:\\.${MODALITY})?(?:\\.reasoning)?|cache\\.storage|character|song|` +
    'grounding\\.(?:search|maps)\\.(?:query|prompt)|image(?:\\.(?:512|1K|2K|4K))?|' +
    'video(?:\\.(?:360p|720p|1080p|4k)(?:\\.(?:audio|silent))?)?)$',
);
const MODEL_KEYS = [
  ...['id', 'ids', 'service', 'family', 'kind', 'platform', 'status', 'shutdown', 'confidence', 'checked'],
  ...['longContextThreshold', 'reroute', 'regional', 'imageTokens', 'unknown', 'notes', 'periods'],
];

/**
 * Reads one price file. `file` is its name for messages.
 * @throws PriceBookError naming file, model and field for anything that is not valid.
 */
export function parsePriceFile(json: unknown, file: string): PriceFile {
  const root = fields({ value: json, file, path: '' }, ['$schema', 'models', 'aliases', 'credits', 'sources']);
  const models = optional(root('models'), (list) => items(list).map(parseModel)) ?? [];
  models.forEach((model, index) => {
    const same = models.findIndex((other) => other.id === model.id && other.platform === model.platform);
    if (same !== index) refuse({ value: model.id, file, path: `models[${index}].id` }, 'each model once');
  });
  return {
    models,
    aliases: optional(root('aliases'), (list) => items(list).map(parseAlias)) ?? [],
    credits: optional(root('credits'), parseCredits) ?? new Map(),
    sources: Object.fromEntries(
      (optional(root('sources'), entries) ?? []).map(([id, field]) => [id, parseSource(field)]),
    ),
  };
}

/**
 * As `parsePriceFile`, for a file that is known to be valid: most of it is as it stands there, and the prices of a model
 * are read when they are asked for. A small report needs few of them.
 */
export function readPriceFile(json: unknown, file: string): PriceFile {
  const { models = [], aliases, credits, sources = {} } = json as { models?: ModelPrices[] } & Partial<PriceFile>;
  const field = (value: unknown): Field => ({ value, file, path: '' });
  return {
    models: models.map((model) => lateModel(model, file)),
    aliases: aliases ? items(field(aliases)).map(parseAlias) : [],
    credits: credits ? parseCredits(field(credits)) : new Map(),
    sources,
  };
}

function lateModel(model: ModelPrices, file: string): ModelPrices {
  const field = { value: model.periods, file, model: model.id, path: 'periods' };
  let periods: PricePeriod[] | undefined;
  return Object.defineProperty(Object.assign(model, { ids: model.ids ?? [model.id] }), 'periods', {
    enumerable: true,
    get: () => {
      periods ??= parsePeriods(field);
      return periods;
    },
  });
}

function parseModel(entry: Field): ModelPrices {
  const id = text(member(entry, 'id'));
  const get = fields({ ...entry, model: id, path: '' }, MODEL_KEYS);
  const model = given<Omit<ModelPrices, 'periods'>>({
    id,
    ids: optional(get('ids'), texts) ?? [id],
    service: oneOf(['gemini'])(get('service')),
    family: text(get('family')),
    kind: text(get('kind')),
    platform: optional(get('platform'), parsePlatform),
    status: optional(get('status'), text),
    shutdown: optional(get('shutdown'), text),
    confidence: text(get('confidence')),
    checked: optional(get('checked'), day),
    longContextThreshold: optional(get('longContextThreshold'), wholeNumber),
    reroute: optional(get('reroute'), parseReroute),
    regional: optional(get('regional'), parseRegional),
    imageTokens: optional(get('imageTokens'), (sizes) =>
      Object.fromEntries(entries(sizes).map(([size, tokens]) => [size, wholeNumber(tokens)])),
    ),
    unknown: optional(get('unknown'), texts),
    notes: optional(get('notes'), texts),
  });
  return { ...model, periods: parsePeriods(get('periods')) };
}

function parseReroute(field: Field): ModelPrices['reroute'] {
  const get = fields(field, ['to', 'from', 'platform']);
  const platform = optional(get('platform'), parsePlatform);
  return given({ to: text(get('to')), from: day(get('from')), platform });
}

function parseRegional(field: Field): ModelPrices['regional'] {
  const get = fields(field, ['factor', 'from']);
  return { factor: decimal(get('factor')), from: day(get('from')) };
}

function parsePeriods(field: Field): PricePeriod[] {
  const list = items(field);
  const periods = list.map(parsePeriod);
  periods.forEach((period, index) => {
    if (period.from !== null && period.to !== null && period.from >= period.to) {
      refuse({ ...list[index]!, value: period.to }, `a day after ${period.from} in "to", which is exclusive`);
    }
    const next = periods[index + 1];
    if (next && (period.to === null || next.from === null || next.from < period.to)) {
      refuse({ ...list[index + 1]!, value: next.from }, `a period that starts when the one before it has ended`);
    }
  });
  return periods;
}

function parsePeriod(field: Field): PricePeriod {
  const get = fields(field, ['from', 'to', 'fromConfidence', 'tiers', 'sources', 'note']);
  const tiers = fields(get('tiers'), TIERS);
  const rates = TIERS.map((tier) => [tier, optional(tiers(tier), parseTier)] as const);
  return given({
    from: dayOrNull(get('from')),
    to: dayOrNull(get('to')),
    fromConfidence: optional(get('fromConfidence'), text),
    tiers: new Map(rates.filter((pair): pair is [Tier, TierRates] => pair[1] !== undefined)),
    sources: texts(get('sources')),
    note: optional(get('note'), text),
  });
}

const VARIANTS = ['longContext', 'thinking'];

function parseTier(field: Field): TierRates {
  const all = entries(field);
  const variant = (name: string) => all.find(([key]) => key === name)?.[1];
  const [longContext, thinking] = VARIANTS.map((name) => {
    const found = variant(name);
    return found && parseRates(entries(found));
  });
  return given({ base: parseRates(all.filter(([key]) => !VARIANTS.includes(key))), longContext, thinking });
}

function parseRates(list: [string, Field][]): Rates {
  return new Map(
    list.map(([meter, field]): [string, Money] => {
      if (!METER.test(meter))
        refuse({ ...field, value: meter }, 'a known meter such as input, input.cached or output.text');
      return [meter, parseMoney(decimal(field))!];
    }),
  );
}

function parseAlias(field: Field): MovingAlias {
  const get = fields(field, ['id', 'targets']);
  const targets = items(get('targets')).map((target) => {
    const part = fields(target, ['from', 'model', 'basis']);
    return given({ from: day(part('from')), model: text(part('model')), basis: optional(part('basis'), text) });
  });
  if (targets.length === 0) refuse(get('targets'), 'at least one target');
  return { id: text(get('id')), targets: [...targets].sort((one, two) => (one.from < two.from ? -1 : 1)) };
}

function parseCredits(field: Field): CreditRates {
  const get = fields(field, ['checked', 'sources', 'note', 'perCharacter']);
  return new Map(entries(get('perCharacter')).map(([model, rate]) => [model, decimal(rate)]));
}

function parseSource(field: Field): PriceSource {
  const get = fields(field, ['cite', 'date', 'kind']);
  return { cite: text(get('cite')), date: text(get('date')), kind: text(get('kind')) };
}

/** Leaves out what the file does not give, so that absent and undefined are not two cases. */
function given<Shape extends object>(shape: { [Key in keyof Shape]: Shape[Key] | undefined }): Shape {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as Shape;
}

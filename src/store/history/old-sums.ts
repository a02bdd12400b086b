import type { JsonObject } from '../../core/json.ts';
import type { Counts } from '../../core/ledger/metrics.ts';
import { bareModelId, findModel, type PriceBook } from '../../core/pricing/book/book.ts';
import { NOT_CHARGED } from '../../core/pricing/charge.ts';
import { type Money, toDecimal } from '../../core/pricing/money.ts';
import { ELEVENLABS, type Modality, type ModalityTokens, type Usage, type UsageEvent } from '../../core/usage/event.ts';

/** Calls that an earlier version summed up: they agree in their facts and their quarter of an hour. */
export interface OldSum {
  facts: Pick<UsageEvent, 'service' | 'operation' | 'status'> & Partial<UsageEvent>;
  /** The model whose price applied. */
  model: string | undefined;
  first: string;
  last: string;
  counts: Counts;
  /** Calls whose duration is known. */
  timed: number;
  cost: Money | undefined;
  charges: { sku: string; meter: string; unitPrice: Money; quantity: number; cost: Money }[];
  /** With the number of calls that each holds for. */
  estimates: [reason: string, calls: number][];
  notes: [note: string, calls: number][];
}

/** An event without ids, and the prices that it is at. */
interface Part {
  event: Omit<UsageEvent, 'id'>;
  prices: number;
}

const ASKED = 'priced by the model asked for, not the one that answered';
const ASSUMED = /^([\d,]+) tokens assumed for each (\S+) image$/;
const ALIAS = /^(\S+) taken for (\S+)$/;
const USUAL_THRESHOLD = 200_000;

/** So many calls of a sum, the first of which has the number `from`. */
interface Segment {
  from: number;
  calls: number;
  /** Meters of which it has to have some. */
  meters: string[];
  estimated: string | undefined;
  limitHit: string | undefined;
}

/**
 * Events that are priced as the calls of a sum were. Which of the calls were retries, timed or estimated is not known any
 * more, and no report can tell: the first ones are. Undefined where none are known; who writes them checks them.
 */
export function partsOf(sum: OldSum, made: MadePrices): Part[] | undefined {
  const { facts, counts, timed, first, last } = sum;
  const variants = variantsOf(sum);
  const segments = segmentsOf(sum, variants);
  if (!segments || segments.length < variants.length) return undefined;
  const usages =
    variants.length === 0 ? plainUsages(sum, segments) : chargedUsages(sum, segments, variants, made.thresholdOf(sum));
  return usages?.map((usage, index) => {
    const { from, calls, estimated, limitHit } = segments[index]!;
    const event = {
      ...facts,
      timestamp: first,
      lastTimestamp: last,
      usage,
      ...(from < counts.retries ? { attempt: 2 } : {}),
      ...(from < timed ? { durationMs: from === 0 ? counts.durationMs : 0 } : {}),
      ...(estimated === undefined ? {} : { estimated }),
      ...(limitHit === undefined ? {} : { limitHit }),
      ...(calls > 1 ? { calls } : {}),
    };
    return { event, prices: made.place(sum, variants[Math.min(index, variants.length - 1)]) };
  });
}

/** Cuts the calls of a sum where some of them differ. */
function segmentsOf(sum: OldSum, variants: readonly Variant[]): Segment[] | undefined {
  const { counts, timed, facts } = sum;
  const cuts = new Set([0, counts.retries, timed]);
  const spans: { to: number; from: number; set: (segment: Segment) => void }[] = [];
  const span = (from: number, calls: number, set: (segment: Segment) => void) => {
    spans.push({ from, to: from + calls, set });
    cuts.add(from).add(from + calls);
  };
  let estimated = 0;
  for (const [reason, calls] of sum.estimates) {
    const assumed = ASSUMED.exec(reason);
    if (isNatural(reason, sum)) span(0, calls, ({ meters }) => meters.push(ANY));
    else if (assumed) span(0, calls, ({ meters }) => meters.push(`image.${assumed[2]}`));
    else {
      span(estimated, calls, (segment) => {
        segment.estimated = reason;
        segment.meters.push(ANY);
      });
      estimated += calls;
    }
  }
  let refused = 0;
  for (const [note, calls] of sum.notes) {
    const meter = meterOf(note, variants);
    if (facts.status === 'failed') {
      span(refused, calls, (segment) => {
        segment.limitHit = note;
      });
      refused += calls;
    } else if (meter === undefined) return undefined;
    else {
      span(0, calls, ({ meters }) => meters.push(meter));
      // Each of them was charged once.
      if (meter.endsWith('.prompt')) for (let call = 1; call < calls; call++) cuts.add(call);
    }
  }
  for (let cut = 1; cuts.size < variants.length && cut < counts.calls; cut++) cuts.add(cut);
  const starts = [...cuts].filter((cut) => cut < counts.calls).sort((one, other) => one - other);
  return starts.map((from, index) => {
    const to = starts[index + 1] ?? counts.calls;
    const segment: Segment = { from, calls: to - from, meters: [], estimated: undefined, limitHit: undefined };
    for (const { from: start, to: end, set } of spans) if (start <= from && to <= end) set(segment);
    return segment;
  });
}

/** Whether it is said of every such call that was charged. */
function isNatural(reason: string, { facts }: OldSum): boolean {
  if (reason === ASKED) return facts.responseModel === undefined;
  return ALIAS.exec(reason)?.[1] === bareModelId(facts.responseModel ?? facts.requestModel ?? '');
}

/** Instead of a meter: of any. */
const ANY = '';

/** The meter that a note is said of; undefined for a note that nothing here brings about. */
function meterOf(note: string, variants: readonly Variant[]): string | undefined {
  const [, tool] = /^Google (Search|Maps) grounding/.exec(note) ?? [];
  const meters = variants.flatMap(({ lines }) => [...lines.keys()]);
  if (tool !== undefined) return meters.find((meter) => meter.startsWith(`grounding.${tool.toLowerCase()}.`));
  if (note.startsWith('text retrieved by Google')) return NOT_CHARGED;
  if (note.startsWith('cache storage until')) return 'cache.storage';
  return note.startsWith('provisioned throughput') ? ANY : undefined;
}

/** The usages of segments that are charged nothing in dollars: the first has it all. */
function plainUsages({ facts, counts }: OldSum, segments: readonly Segment[]): Usage[] {
  const isSpeech = facts.service === ELEVENLABS;
  const whole: Usage = given({
    inputTokens: counts.inputTokens,
    outputTokens: counts.outputTokens,
    cacheReadInputTokens: counts.cachedInputTokens,
    reasoningOutputTokens: counts.reasoningTokens,
    toolUseInputTokens: counts.toolUseTokens,
    audioSeconds: counts.audioSeconds,
    characters: counts.characters,
    images: counts.images > 0 ? [{ count: counts.images }] : 0,
  });
  // With credits, if only 0 of them, it is not asked what its characters cost.
  const none: Usage = isSpeech && facts.status !== 'failed' ? { credits: 0 } : {};
  return segments.map((_, index) => (index > 0 ? none : { ...none, ...whole, ...given({ credits: counts.credits }) }));
}

function given(counts: Record<string, unknown>): Usage {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Usage;
}

/** What was charged at one set of prices: long prompts, for one, have their own. */
interface Variant {
  /** After the tier in the SKU: `-long-context`, `-thinking` or nothing. */
  suffix: string;
  /** Quantities by meter: those of images that were charged as tokens are of images. */
  lines: Map<string, number>;
  rates: Map<string, Money>;
  imageTokens: Map<string, number>;
}

function variantsOf({ facts, charges, estimates, counts }: OldSum): Variant[] {
  const tier = facts.tier ?? 'standard';
  const assumed = estimates.map(([reason]) => ASSUMED.exec(reason)).find((found) => found !== null);
  const variants = new Map<string, Variant>();
  for (const { sku, meter, unitPrice, quantity } of charges) {
    const suffix = (sku.split('/').at(-2) ?? '').slice(tier.length);
    // The same at another price is of calls at other prices.
    let rank = 0;
    while (variants.get(`${suffix} ${rank}`)?.rates.has(meter)) rank++;
    const key = `${suffix} ${rank}`;
    const variant = variants.get(key) ?? { suffix, lines: new Map(), rates: new Map(), imageTokens: new Map() };
    variants.set(key, variant);
    variant.rates.set(meter, unitPrice);
    variant.lines.set(meter, quantity);
  }
  const all = [...variants.values()];
  const [drawn] = all.filter(({ lines }) => lines.has('output.image'));
  return assumed && drawn ? [...countedImages(drawn, assumed, counts), ...all.filter((one) => one !== drawn)] : all;
}

/** Images that were counted without tokens, apart from those that were counted by their tokens. */
function countedImages(variant: Variant, [, each, size]: readonly string[], { outputTokens }: Counts): Variant[] {
  const tokens = Number(each!.replaceAll(',', ''));
  const output = [...variant.lines].reduce((sum, [meter, count]) => sum + (meter.startsWith('output') ? count : 0), 0);
  const lines = new Map(variant.lines);
  lines.set('output.image', lines.get('output.image')! - (output - outputTokens));
  if (lines.get('output.image') === 0) lines.delete('output.image');
  const images = new Map([[`image.${size}`, (output - outputTokens) / tokens]]);
  const imageTokens = new Map([[size!, tokens]]);
  // No other output: the images of a call with some are in its tokens.
  const hasOutput = [...lines.keys()].some((meter) => meter.startsWith('output'));
  if (!hasOutput) return [{ ...variant, lines: new Map([...images, ...lines]), imageTokens }];
  return [
    { ...variant, lines: images, imageTokens },
    { ...variant, lines },
  ];
}

/** Meters that bring a note with them. */
const NOTED = /^(?:grounding\.|cache\.|input\.not_charged$)/;

/** What each segment has of what was charged: what it has to have, and the first of a variant all the rest. */
function allocate(segments: readonly Segment[], variants: readonly Variant[]): Map<string, number>[] | undefined {
  const lots = segments.map(() => new Map<string, number>());
  for (const [at, { lines }] of variants.entries()) {
    const left = new Map(lines);
    const own = [...segments.keys()].filter((index) => Math.min(index, variants.length - 1) === at);
    const [main, ...others] = own;
    for (const index of others) {
      const lot = lots[index]!;
      for (const meter of [...segments[index]!.meters].sort().reverse()) {
        if (meter === ANY && lot.size > 0) continue;
        const found = meter === ANY ? [...left].find(([name, count]) => count >= 2 && !NOTED.test(name))?.[0] : meter;
        const count = found === undefined ? 0 : (left.get(found) ?? 0);
        if (found === undefined || count < 1) return undefined;
        lot.set(found, 1);
        left.set(found, count - 1);
      }
    }
    lots[main!] = left;
  }
  return lots;
}

function usageOf(lot: ReadonlyMap<string, number>): Usage {
  const usage: Usage = {};
  const input: ModalityTokens = {};
  const cached: ModalityTokens = {};
  const output: ModalityTokens = {};
  const add = (parts: ModalityTokens, modality: string | undefined, count: number) => {
    const name = modality as Modality;
    parts[name] = (parts[name] ?? 0) + count;
  };
  for (const [meter, count] of lot) {
    const [head, second, third] = meter.split('.');
    if (count === 0) continue;
    if (head === 'input') usage.inputTokens = (usage.inputTokens ?? 0) + count;
    if (head === 'output') usage.outputTokens = (usage.outputTokens ?? 0) + count;
    if (meter === NOT_CHARGED) usage.groundingInputTokens = count;
    else if (head === 'input' && second === 'cached') {
      usage.cacheReadInputTokens = (usage.cacheReadInputTokens ?? 0) + count;
      add(cached, third, count);
      add(input, third, count);
    } else if (head === 'input') add(input, second, count);
    else if (third === 'reasoning') usage.reasoningOutputTokens = count;
    else if (head === 'output') add(output, second, count);
    else if (head === 'image') usage.images = [...(usage.images ?? []), { size: second!, count }];
    else if (head === 'video')
      usage.video = [...(usage.video ?? []), { resolution: second!, audio: third === 'audio', seconds: count }];
    else if (head === 'song') usage.songs = count;
    else if (head === 'cache') usage.cacheStorageTokenHours = count;
    else if (head === 'character') usage.characters = count;
    else if (second === 'search') usage.searchQueries = count;
    else if (second === 'maps') usage.mapsQueries = count;
  }
  if (Object.keys(input).length > 0) usage.inputTokensByModality = input;
  if (Object.keys(cached).length > 0) usage.cacheReadTokensByModality = cached;
  if (Object.keys(output).length > 0) usage.outputTokensByModality = output;
  return usage;
}

/** The usages of segments that were charged; the first has what was counted and not charged. */
function chargedUsages(
  sum: OldSum,
  segments: readonly Segment[],
  variants: readonly Variant[],
  threshold: number,
): Usage[] | undefined {
  const { counts } = sum;
  const lots = allocate(segments, variants);
  if (!lots) return undefined;
  const usages = lots.map(usageOf);
  const [first] = usages;
  const sumBy = (of: (usage: Usage) => number | undefined) => usages.reduce((all, usage) => all + (of(usage) ?? 0), 0);
  const images = counts.images - sumBy((usage) => usage.images?.reduce((all, { count }) => all + count, 0));
  const queries = counts.searchQueries - sumBy((usage) => usage.searchQueries);
  if (counts.toolUseTokens > 0) first!.toolUseInputTokens = counts.toolUseTokens;
  if (counts.audioSeconds > 0) first!.audioSeconds = counts.audioSeconds;
  if (queries > 0) first!.searchQueries = (first!.searchQueries ?? 0) + queries;
  if (images > 0) {
    const drawn = usages.find(({ outputTokens }) => outputTokens);
    if (!drawn) return undefined;
    drawn.images = [...(drawn.images ?? []), { count: images }];
  }
  const prompt = Math.floor((counts.inputTokens - counts.toolUseTokens) / counts.calls);
  for (const [index, usage] of usages.entries()) {
    if (usage.inputTokens === undefined) continue;
    const isLong = variants[Math.min(index, variants.length - 1)]!.suffix === '-long-context';
    usage.contextTokens = isLong ? Math.max(prompt, threshold + 1) : Math.min(prompt, threshold);
  }
  return usages;
}

/** Price books that hold what sums were charged at, made as they are needed. */
export class MadePrices {
  private readonly book: PriceBook;
  private readonly versions: readonly string[];
  private readonly books: MadeBook[] = [];

  constructor(book: PriceBook, versions: readonly string[]) {
    this.book = book;
    this.versions = versions;
  }

  /** As `pinPrices` makes them. */
  get all(): JsonObject[] {
    return this.books.map((book, index) => {
      const version = this.versions[Math.min(index, this.versions.length - 1)];
      const models = [...book].map(([id, model]) => this.recordOf(id, model));
      const aliases = [...book].flatMap(([model, { moving }]) =>
        [...moving].map((id) => ({ id, targets: [{ from: '1970-01-01', model }] })),
      );
      const of = version === undefined ? {} : { version };
      const record = { ...of, day: '', models, own: [], aliases, credits: {} };
      return JSON.parse(JSON.stringify(record)) as JsonObject;
    });
  }

  thresholdOf({ facts, model = '' }: OldSum): number {
    return findModel(this.book.models, facts.service, model, facts.platform)?.longContextThreshold ?? USUAL_THRESHOLD;
  }

  /** The index of a book with the prices of a sum. */
  place(sum: OldSum, variant: Variant | undefined): number {
    const made = variant && sum.model !== undefined ? madeModel(sum, variant, this.thresholdOf(sum)) : undefined;
    const index = this.books.findIndex((book) => !made || fits(book.get(sum.model!), made));
    const book = this.books[index] ?? new Map<string, MadeModel>();
    if (index === -1) this.books.push(book);
    if (made) book.set(sum.model!, merged(book.get(sum.model!), made));
    return index === -1 ? this.books.length - 1 : index;
  }

  private recordOf(id: string, { names, threshold, imageTokens, rates }: MadeModel): object {
    const tiers: Record<string, Record<string, unknown>> = { standard: {} };
    for (const [key, price] of rates) {
      const [tier, variant, meter] = key.split(' ') as [string, string, string];
      tiers[tier] ??= {};
      if (variant !== '') tiers[tier][variant] ??= {};
      const within = variant === '' ? tiers[tier] : (tiers[tier][variant] as Record<string, unknown>);
      within[meter] = toDecimal(price);
    }
    const kind = findModel(this.book.models, 'gemini', id, undefined)?.kind ?? 'text';
    return {
      ...{ id, ids: [...new Set([id, ...names])], service: 'gemini', family: id, kind, confidence: 'high' },
      longContextThreshold: threshold,
      ...(imageTokens.size > 0 ? { imageTokens: Object.fromEntries(imageTokens) } : {}),
      periods: [{ from: null, to: null, tiers, sources: [] }],
    };
  }
}

type MadeBook = Map<string, MadeModel>;

interface MadeModel {
  names: ReadonlySet<string>;
  /** Names that are taken for it, and are said to be. */
  moving: ReadonlySet<string>;
  threshold: number;
  imageTokens: ReadonlyMap<string, number>;
  /** By tier, variant and meter. */
  rates: ReadonlyMap<string, Money>;
}

const VARIANTS: Record<string, string> = { '-long-context': 'longContext', '-thinking': 'thinking' };

function madeModel(
  { facts, estimates }: OldSum,
  { suffix, rates, imageTokens }: Variant,
  threshold: number,
): MadeModel {
  const { tier = 'standard', responseModel, requestModel } = facts;
  const named = bareModelId(responseModel ?? requestModel ?? '');
  const isMoving = estimates.some(([reason]) => ALIAS.exec(reason)?.[1] === named);
  // Reserved capacity and what is not charged have no price of their own.
  const listed = tier === 'provisioned' ? [] : [...rates].filter(([meter]) => meter !== NOT_CHARGED);
  return {
    names: new Set(isMoving ? [] : [named]),
    moving: new Set(isMoving ? [named] : []),
    threshold,
    imageTokens,
    rates: new Map(listed.map(([meter, price]) => [`${tier} ${VARIANTS[suffix] ?? ''} ${meter}`, price])),
  };
}

function fits(model: MadeModel | undefined, other: MadeModel): boolean {
  if (!model) return true;
  const agree = <Value>(one: ReadonlyMap<string, Value>, two: ReadonlyMap<string, Value>) =>
    [...two].every(([key, value]) => !one.has(key) || one.get(key) === value);
  // A price for thinking is that of every call that thought.
  const thinks = ({ rates }: MadeModel) => [...rates.keys()].some((key) => key.includes(' thinking '));
  const clashes = (one: MadeModel, two: MadeModel) => [...one.moving].some((name) => two.names.has(name));
  return (
    !clashes(model, other) &&
    !clashes(other, model) &&
    thinks(model) === thinks(other) &&
    agree(model.rates, other.rates) &&
    agree(model.imageTokens, other.imageTokens)
  );
}

function merged(model: MadeModel | undefined, other: MadeModel): MadeModel {
  if (!model) return other;
  return {
    names: new Set([...model.names, ...other.names]),
    moving: new Set([...model.moving, ...other.moving]),
    threshold: other.threshold,
    imageTokens: new Map([...model.imageTokens, ...other.imageTokens]),
    rates: new Map([...model.rates, ...other.rates]),
  };
}

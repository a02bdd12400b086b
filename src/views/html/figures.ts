import { keyId } from '../../core/ledger/grouping.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import type { Trend } from '../../core/ledger/trend.ts';
import { moneyFromNumber, toNumber, ZERO } from '../../core/pricing/money.ts';
import { ELEVENLABS, GEMINI } from '../../core/usage/event.ts';
import { formatCost, formatCount, plural } from '../terminal/format.ts';
import { percent } from '../terminal/pictures.ts';
import { type Bar, legend, rankedBars, type Series, stackedBars } from './charts.ts';
import { html } from './text.ts';

/** Models with a colour of their own; the rest share one. */
const COLOURS = 8;
const OTHERS = 'other models';

/** The charts of a report: dollars over time and by model, ElevenLabs characters over time and by voice. */
export function figures(summary: Summary, trend: Trend | undefined): string {
  return [
    costOverTime(summary, trend),
    costByModel(summary),
    charactersOverTime(trend),
    charactersByVoice(summary),
  ].join('\n');
}

function figure(title: string, ...parts: string[]): string {
  return `<figure><figcaption>${html(title)}</figcaption><div class="chart">${parts.join('')}</div></figure>`;
}

/** Gemini's models that cost something, highest first, and the colour of each. */
function paidModels(summary: Summary) {
  return summary.byModel.filter((row) => row.service === GEMINI && row.costUsd);
}

function costOverTime(summary: Summary, trend: Trend | undefined): string {
  if (!trend || trend.buckets.length < 2) return '';
  const names = paidModels(summary).map(({ model }) => model);
  const own = names.slice(0, COLOURS);
  const points = trend.by((key) => {
    if (key.service !== GEMINI) return keyId(key, ['service']);
    return keyId({ series: own.includes(key.model ?? '') ? key.model! : null }, ['series']);
  });
  const series = [...own, null].flatMap((model, index): Series[] => {
    const found = points.get(keyId({ series: model }, ['series']));
    const values = (found ?? []).map((point) => point?.costUsd ?? 0);
    if (!values.some((value) => value > 0)) return [];
    return [{ name: model ?? OTHERS, values, colour: model === null ? 0 : index + 1 }];
  });
  if (series.length === 0) return '';
  const title = 'Gemini cost over time, by model';
  return figure(title, stackedBars(title, trend.buckets, series, formatCost), legend(series));
}

function costByModel(summary: Summary): string {
  const total = summary.totals.costUsd ?? 0;
  const models = paidModels(summary);
  if (models.length === 0) return '';
  const bars = models.slice(0, COLOURS).map(
    ({ model, costUsd }, index): Bar => ({
      name: model,
      value: costUsd ?? 0,
      text: `${formatCost(costUsd)} (${percent(costUsd ?? 0, total)})`,
      colour: index + 1,
    }),
  );
  const rest = models.slice(COLOURS);
  if (rest.length > 0) {
    const money = rest.reduce((sum, { costUsd }) => sum + (moneyFromNumber(costUsd ?? 0) ?? ZERO), ZERO);
    const value = toNumber(money);
    bars.push({ name: OTHERS, value, text: `${formatCost(value)} (${percent(value, total)})`, colour: 0 });
  }
  const title = 'Gemini cost by model';
  return figure(title, rankedBars(title, bars));
}

function charactersOverTime(trend: Trend | undefined): string {
  if (!trend || trend.buckets.length < 2) return '';
  const points = trend.by((key) => key.service ?? GEMINI).get(ELEVENLABS);
  const values = (points ?? []).map((point) => point?.characters ?? 0);
  if (!values.some((value) => value > 0)) return '';
  const title = 'ElevenLabs characters over time';
  const series = [{ name: 'ElevenLabs', values, colour: 4 }];
  return figure(title, stackedBars(title, trend.buckets, series, formatCount));
}

function charactersByVoice(summary: Summary): string {
  const voices = summary.byVoice.filter((row) => row.service === ELEVENLABS && row.characters > 0);
  if (voices.length === 0) return '';
  const bars = voices.slice(0, MOST_VOICES).map(
    ({ voice, characters, calls }): Bar => ({
      name: voice,
      value: characters,
      text: `${formatCount(characters)} in ${plural(calls, 'call')}`,
      colour: 4,
    }),
  );
  const more = voices.length > MOST_VOICES ? `, first ${MOST_VOICES} of ${voices.length}` : '';
  const title = `ElevenLabs characters by voice${more}`;
  return figure(title, rankedBars(title, bars));
}

const MOST_VOICES = 12;

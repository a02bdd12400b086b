import { type Forecast, LEAST_DAYS } from '../../core/insights/forecast.ts';
import type { MonthForecast } from '../../core/insights/forecast-calls.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { wrap } from '../terminal/wrap.ts';
import { markedDollars, NOT_KNOWN, type Row, rows, sentence } from './rows.ts';

/** How the figures come about, in words. */
export const FORECAST_METHOD =
  'spent so far, plus the mean of the full days for each day to go, today by its own spending where that is more; the range is two standard deviations of as many such days, and not below what is spent';

/** What the month has cost, and what it comes to at this pace. */
export function forecastSection({ days, cost, characters, credits }: MonthForecast, look: Look): string[] {
  const { month, today, from, full, left } = days;
  const number = (amount: bigint) => formatCount(Number(amount));
  const lines: Row[] = [];
  if (cost) lines.push(['Gemini', ...texts(cost, (amount) => markedDollars(amount, cost.accuracy))]);
  if (characters) lines.push(['characters', ...texts(characters, number)]);
  if (credits && credits.soFar !== characters?.soFar) lines.push(['credits', ...texts(credits, number)]);
  const heading = look.colors.bold(`Month's end, ${month}`);
  const basis = `from ${plural(full, 'full day')} since ${from}, ${plural(left, 'day')} to go including today, ${today}`;
  const note =
    full < LEAST_DAYS ? `A forecast needs ${LEAST_DAYS} full days; there are ${full} so far.` : `${FORECAST_METHOD}.`;
  return [
    ...sentence(`${heading}, ${basis}`, look),
    ...rows(lines, look),
    ...wrap(note.charAt(0).toUpperCase() + note.slice(1), look.columns - 4).map((line) => look.colors.dim(`  ${line}`)),
  ];
}

function texts(
  { soFar, forecast }: { soFar: bigint; forecast: Forecast | undefined },
  text: (amount: bigint) => string,
): string[] {
  const spent = `${text(soFar)} so far`;
  if (text(soFar) === NOT_KNOWN) return [`${NOT_KNOWN}: no call of the month has a price`];
  if (!forecast) return [spent];
  const { expected, low, high } = forecast;
  const range = low === high ? 'every full day was the same' : `${text(low)} to ${text(high)}`;
  return [`${spent}, ${text(expected)} expected (${range})`];
}

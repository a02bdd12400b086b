import type { TimeBucket } from '../../core/ledger/trend.ts';
import { distinctNames } from '../terminal/distinct.ts';
import { html } from './text.ts';

/** One colour of a chart. `values` has one number a time bucket. */
export interface Series {
  name: string;
  values: readonly number[];
  /** 1 to 8 of the palette, 0 for the rest. */
  colour: number;
}

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 64;
const BOTTOM = 28;
const TOP = 12;
const TICKS = 4;
/** A bar is no wider than this, however few there are. */
const WIDEST_BAR = 56;

/** Stacked bars over time, with the value of each part as its tooltip. */
export function stackedBars(
  label: string,
  buckets: readonly TimeBucket[],
  series: readonly Series[],
  format: (value: number) => string,
): string {
  const heights = buckets.map((_, index) => series.reduce((sum, { values }) => sum + values[index]!, 0));
  const step = niceStep(Math.max(...heights) / TICKS);
  const top = step * Math.max(1, Math.ceil(Math.max(...heights) / step));
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const slot = (WIDTH - LEFT) / buckets.length;
  const barWidth = Math.min(WIDEST_BAR, slot * 0.8);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const lines = ticks.map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${px(y(value))}" y2="${px(y(value))}"/>` +
      `<text class="tick" x="${LEFT - 8}" y="${px(y(value) + 4)}" text-anchor="end">${html(value === 0 ? '0' : format(value))}</text>`,
  );
  const bars = buckets.flatMap((bucket, index) => {
    let base = 0;
    const x = LEFT + slot * index + (slot - barWidth) / 2;
    return series.flatMap(({ name, values, colour }) => {
      const value = values[index]!;
      if (value <= 0) return [];
      const [from, to] = [y(base), y(base + value)];
      base += value;
      const tip = `${daysOf(bucket)}: ${name} ${format(value)}`;
      return `<rect class="c${colour}" x="${px(x)}" y="${px(to)}" width="${px(barWidth)}" height="${px(Math.max(0.5, from - to))}"><title>${html(tip)}</title></rect>`;
    });
  });
  return svg(label, HEIGHT, [...lines, ...bars, ...dayLabels(buckets, slot)]);
}

/** As many days below the bars as there is room for. */
function dayLabels(buckets: readonly TimeBucket[], slot: number): string[] {
  const every = Math.ceil(84 / slot);
  return buckets.flatMap(({ from }, index) => {
    if (index % every !== 0) return [];
    const x = LEFT + slot * (index + 0.5);
    return `<text class="tick" x="${px(x)}" y="${HEIGHT - 8}" text-anchor="middle">${html(from)}</text>`;
  });
}

export interface Bar {
  name: string;
  value: number;
  /** The value in words. */
  text: string;
  colour: number;
}

const ROW = 28;
const NAME = 196;
const VALUE = 130;
const NAME_CHARACTERS = 27;

/** One bar a row, the longest filling the width. */
export function rankedBars(label: string, bars: readonly Bar[]): string {
  const largest = Math.max(...bars.map(({ value }) => value));
  const names = distinctNames(
    bars.map(({ name }) => name),
    NAME_CHARACTERS,
  );
  const room = WIDTH - NAME - VALUE;
  const rows = bars.map(({ name, value, text, colour }, index) => {
    const width = Math.max(1, (value / largest) * room);
    const y = index * ROW;
    return (
      `<text class="name" x="0" y="${y + 18}">${html(names.get(name)!)}<title>${html(name)}</title></text>` +
      `<rect class="c${colour}" x="${NAME}" y="${y + 5}" width="${px(width)}" height="18" rx="2"/>` +
      `<text class="tick" x="${px(NAME + width + 8)}" y="${y + 18}">${html(text)}</text>`
    );
  });
  return svg(label, bars.length * ROW, rows);
}

function svg(label: string, height: number, parts: string[]): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${html(label)}">${parts.join('')}</svg>`;
}

/** The name of each colour. */
export function legend(series: readonly Series[]): string {
  const items = series.map(({ name, colour }) => `<li><span class="swatch b${colour}"></span>${html(name)}</li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** 1, 2 or 5 times a power of ten, not below what is asked for. */
function niceStep(minimum: number): number {
  if (!(minimum > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(minimum));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= minimum) ?? 10 * power;
}

function daysOf({ from, to }: TimeBucket): string {
  return from === to ? from : `${from} to ${to}`;
}

function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}

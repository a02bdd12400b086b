import type { Targets, Verdict } from '../../core/insights/targets.ts';
import { percentOf, unitVerdict } from '../../core/insights/targets.ts';
import type { Spread, UnitInsight } from '../../core/insights/units.ts';
import { plain } from '../../core/text.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { dollars, markedDollars, NOT_KNOWN, type Row, rows, sentence } from './rows.ts';

/** One unit of work: how many there are, what one costs, and which cost most. */
export function unitSection(unit: UnitInsight, targets: Targets, look: Look): string[] {
  const { by, units, calls, cost, accuracy, characters, credits, dearest, without } = unit;
  const name = plain(by, 60);
  const heading = look.colors.bold(`Per ${name.replace(/^label:/, '')}`);
  const nothing = `no call has ${by.startsWith('label:') ? `the label ${name.slice('label:'.length)}` : `a ${name}`}`;
  if (units === 0) return [...sentence(`${heading}: ${nothing}`, look)];
  const each = `${formatCount(calls / units)} each`;
  const money = (amount: bigint) => markedDollars(amount, accuracy ?? 'exact');
  const number = (amount: bigint) => formatCount(Number(amount));
  const isByCharacter = credits?.total === characters?.total;
  const lines: Row[] = [];
  if (cost) lines.push(['Gemini cost', spreadText(cost, money, units)]);
  if (characters) lines.push(['characters', spreadText(characters, number, units)]);
  if (credits && !isByCharacter) lines.push(['credits', spreadText(credits, number, units)]);
  if (dearest.length > 1)
    lines.push([
      'costliest',
      dearest
        .map((one) => `${plain(one.name, 40)} ${markedDollars(one.cost, one.accuracy)} (${plural(one.calls, 'call')})`)
        .join(', '),
    ]);
  const verdict = unitVerdict(unit, targets);
  if (verdict) lines.push(['target', verdictText(verdict, `${dollars(verdict.target)} on average`, look)]);
  if (without.calls > 0) lines.push(['without one', `${withoutText(without)}, not in these figures`]);
  return [
    ...sentence(`${heading}: ${plural(units, 'value')} in ${plural(calls, 'call')}, ${each}`, look),
    ...rows(lines, look),
  ];
}

function withoutText({ calls, cost, accuracy }: UnitInsight['without']): string {
  return [plural(calls, 'call'), ...(accuracy ? [markedDollars(cost, accuracy)] : [])].join(', ');
}

function spreadText(
  { units, mean, median, least, most }: Spread,
  text: (amount: bigint) => string,
  all: number,
): string {
  const of = units === all ? '' : `, in ${formatCount(units)} of ${formatCount(all)}`;
  if (text(most) === NOT_KNOWN) return NOT_KNOWN;
  if (least === most) return `${text(mean)} each${of}`;
  const range = text(least) === NOT_KNOWN ? `up to ${text(most)}` : `from ${text(least)} to ${text(most)}`;
  return `mean ${text(mean)}, median ${text(median)}, ${range}${of}`;
}

/** `✓ met: at most $0.05`. The word says it, not the colour. */
export function verdictText({ kind, met }: Verdict, target: string, { colors }: Look): string {
  const text = `at ${kind} ${target}`;
  if (met === undefined) return colors.yellow(`? not known: ${text}, and calls are missing from the figure`);
  return met ? colors.green(`✓ met: ${text}`) : colors.red(`✗ missed: ${text}`);
}

export function shareTarget({ target }: Verdict): string {
  return `${percentOf(target)} %`;
}

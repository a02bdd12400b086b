import { cheapShare, type PriceClasses } from '../../core/insights/classes.ts';
import type { MonthForecast } from '../../core/insights/forecast-calls.ts';
import type { Insights } from '../../core/insights/insights.ts';
import type { Share } from '../../core/insights/rates.ts';
import { type RateName, rateVerdict, type Targets } from '../../core/insights/targets.ts';
import type { Summary } from '../../core/ledger/summary.ts';
import { plain } from '../../core/text.ts';
import { caveats, footerLine, headlines } from '../report/caveats.ts';
import { periodLine } from '../report/table.ts';
import { cellsIn } from '../terminal/cells.ts';
import { formatCount, plural } from '../terminal/format.ts';
import type { Look } from '../terminal/look.ts';
import { titledTable } from '../terminal/titled-table.ts';
import { wrap } from '../terminal/wrap.ts';
import { forecastSection } from './forecast.ts';
import { dollars, percentage, type Row, rows, sentence } from './rows.ts';
import { REPEATS, savingsSection } from './savings.ts';
import { shareTarget, unitSection, verdictText } from './units.ts';

export interface InsightsView {
  summary: Summary;
  insights: Insights;
  forecast: MonthForecast | undefined;
  targets: Targets;
}

/** Section by section: units, rates, models, savings, the month; below them what is not in the figures. */
export function renderInsights(view: InsightsView, look: Look): string {
  const { summary, insights, forecast, targets } = view;
  const { bold, yellow, dim } = look.colors;
  const title = periodLine(summary).replace('API usage', 'Insights');
  const hasCalls = summary.totals.calls > 0;
  const sections = [
    [...sentence(bold(title), look), ...headlines(summary).flatMap((line) => sentence(line, look))],
    ...(hasCalls ? insights.units.map((unit) => unitSection(unit, targets, look)) : []),
    ...(hasCalls ? [rateSection(insights, targets, look)] : []),
    ...(insights.classes.models.length > 0 ? [classSection(insights.classes, look)] : []),
    ...(hasCalls ? [savingsSection(insights, look)] : [['No calls found.']]),
    ...(forecast ? [forecastSection(forecast, look)] : []),
    [
      ...caveats(summary).flatMap((line) => sentence(`! ${line}`, look).map((part) => yellow(part))),
      ...sentence(footerLine(summary), look).map((part) => dim(part)),
    ],
  ];
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
}

function rateSection(
  { rates, retryCost, repeatsOfAnswers, classes }: Insights,
  targets: Targets,
  look: Look,
): string[] {
  const row = (name: RateName, title: string, share: Share, of: string, more: string[] = []): Row => {
    const verdict = rateVerdict(name, share, targets);
    const figure = share.whole === 0 ? `– (no ${of})` : figureText(share, of, more);
    return [title, figure, ...(verdict ? [verdictText(verdict, shareTarget(verdict), look)] : [])];
  };
  const { retryRate, thinkingShare } = rates;
  const retries = [
    ...(retryRate.part > 0 ? [`they were charged ${dollars(retryCost)}`] : []),
    ...(repeatsOfAnswers > 0 ? [REPEATS(repeatsOfAnswers)] : []),
  ];
  const thinking = thinkingShare.part > 0 ? [`charged ${dollars(rates.thinkingCost)}`] : [];
  const cheap = cheapShare(classes);
  const costs = classes.cost.cheap + classes.cost.dear;
  const cheapCost = `${percentage(Number(classes.cost.cheap), Number(costs))} of their dollars`;
  return [
    look.colors.bold('Rates'),
    ...rows(
      [
        row('cacheHitRate', 'cache hits', rates.cacheHitRate, 'input tokens'),
        row('retryRate', 'retries', retryRate, 'calls', retries),
        row('failureRate', 'failures', rates.failureRate, 'calls'),
        row('thinkingShare', 'thinking', thinkingShare, 'output tokens', thinking),
        ...(cheap.whole > 0 ? [row('cheapShare', 'cheap models', cheap, 'classed calls', [cheapCost])] : []),
      ],
      look,
    ),
  ];
}

function figureText(share: Share, of: string, more: string[]): string {
  const counts = `${formatCount(share.part)} of ${formatCount(share.whole)}`;
  return [`${percentage(share.part, share.whole)} of ${of} (${counts})`, ...more].join(', ');
}

const CLASS_NAMES = { cheap: 'cheap', dear: 'expensive' };

function classSection({ models, calls, unclassed }: PriceClasses, look: Look): string[] {
  const lines = models.map(({ model, priceClass, perMillionOutput, calls: own, cost }) => [
    `  ${plain(model, 40)}`,
    CLASS_NAMES[priceClass],
    dollars(perMillionOutput),
    formatCount(own),
    dollars(cost),
  ]);
  const table = titledTable(['  model', 'class', '1M output', 'calls', 'cost'], lines, look, 2).split('\n');
  const narrow = models.map(
    ({ model, priceClass, perMillionOutput, calls: own, cost }): Row => [
      CLASS_NAMES[priceClass],
      plain(model, 40),
      `${dollars(perMillionOutput)} a million output tokens, ${dollars(cost)} in ${plural(own, 'call')}`,
    ],
  );
  const others =
    unclassed > 0
      ? `. ${plural(unclassed, 'call')} of models without a much cheaper or more expensive counterpart`
      : '';
  const how = `Cheap: at most half of the output price of the most expensive model for the same thing${others}.`;
  const ratio = `${formatCount(calls.cheap)} : ${formatCount(calls.dear)} calls`;
  const isWide = table.every((line) => cellsIn(line) <= look.columns);
  return [
    ...sentence(look.colors.bold(`Cheap and expensive models, ${ratio}`), look),
    ...(isWide ? table : rows(narrow, look)),
    ...wrap(how, look.columns - 2).map((line) => look.colors.dim(`  ${line}`)),
  ];
}

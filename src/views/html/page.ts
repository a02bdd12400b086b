import type { Summary } from '../../core/ledger/summary.ts';
import { caveats, creditMark, elevenLabsRow, footerLine, geminiRow, headlines, markedCost } from '../report/caveats.ts';
import { periodLine } from '../report/table.ts';
import { formatCost, formatCount, formatShort, plural } from '../terminal/format.ts';
import type { ViewOptions } from '../view.ts';
import { figures } from './figures.ts';
import { STYLE } from './style.ts';
import { chargesTable, rowsTable } from './table.ts';
import { html } from './text.ts';

/** One page that needs nothing else: no network, no script. Its policy forbids both. */
export function htmlView(summary: Summary, options: ViewOptions): string {
  const { charges, totals } = summary;
  const charts = figures(summary, options.trend).trim();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(periodLine(summary))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>API usage</h1>
<p class="period">${html(periodLine(summary).replace('API usage, ', ''))}</p>
${totals.calls === 0 ? '<p>No calls found.</p>' : cards(summary)}
${caveatBox(summary)}
${charts ? `<div class="figures">\n${charts}\n</div>` : ''}
${totals.calls === 0 ? '' : `<h2>Calls</h2>\n${rowsTable(summary, options)}`}
${charges.length === 0 ? '' : `<details><summary>${html(plural(charges.length, 'charge'))} by SKU</summary>\n${chargesTable(summary)}</details>`}
<footer>${[...headlines(summary), footerLine(summary)].map((line) => `<div>${html(line)}</div>`).join('')}</footer>
</main>
</body>
</html>
`;
}

function cards(summary: Summary): string {
  const { totals } = summary;
  const gemini = geminiRow(summary);
  const elevenLabs = elevenLabsRow(summary);
  const perCall = gemini?.averageCostUsd ? `${formatCost(gemini.averageCostUsd)} a priced call` : '';
  const outcomes = `${formatCount(totals.failed)} failed, ${plural(totals.retries, 'retry', 'retries')}`;
  return `<dl class="cards">${[
    gemini && card('Gemini cost', markedCost(gemini), perCall),
    card('Calls', formatCount(totals.calls), outcomes),
    totals.totalTokens > 0 &&
      card(
        'Tokens',
        formatShort(totals.totalTokens),
        `${formatShort(totals.inputTokens)} in, ${formatShort(totals.outputTokens)} out`,
      ),
    totals.images > 0 && card('Images', formatCount(totals.images), ''),
    elevenLabs &&
      card(
        'ElevenLabs characters',
        formatCount(elevenLabs.characters),
        `${creditMark(elevenLabs)}${plural(elevenLabs.credits, 'credit')} of quota`,
      ),
  ]
    .filter((one) => typeof one === 'string')
    .join('')}</dl>`;
}

function card(title: string, value: string, more: string): string {
  return `<div class="card"><dt>${html(title)}</dt><dd class="value">${html(value)}</dd><dd class="more">${html(more)}</dd></div>`;
}

function caveatBox(summary: Summary): string {
  const lines = caveats(summary);
  if (lines.length === 0) return '';
  return `<div class="caveats" role="note"><ul>${lines.map((line) => `<li>${html(line)}</li>`).join('')}</ul></div>`;
}

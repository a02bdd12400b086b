import type { Summary } from '../../core/ledger/summary.ts';
import { moneyFromNumber, toDecimal, ZERO } from '../../core/pricing/money.ts';
import { type Column, filledColumns, isForeign } from '../report/columns.ts';
import { treeRows, treeTitle } from '../report/rows.ts';
import { distinctNames } from '../terminal/distinct.ts';
import { formatCount } from '../terminal/format.ts';
import { percent } from '../terminal/pictures.ts';
import type { ViewOptions } from '../view.ts';
import { html } from './text.ts';

/** The rows of a report, with a bar for the part of the dollars that each one is. */
export function rowsTable(summary: Summary, { by }: ViewOptions): string {
  const rows = treeRows(summary, by);
  const total = summary.totals.costUsd ?? 0;
  const filled = filledColumns(rows);
  // A wide table scrolls, so what matters most comes first.
  const columns = [...filled.filter(isFirst), ...filled.filter((column) => !isFirst(column))];
  const names = distinctNames(rows.map(({ text }) => text));
  const title = treeTitle(
    by,
    summary.groups.some(({ models }) => models !== undefined),
  );
  const hasLevels = rows.some(({ depth }) => depth > 0);
  const share = (usd: number | null) =>
    usd && total
      ? `<span class="share"><span style="width:${((100 * usd) / total).toFixed(2)}%"></span></span><span class="percent">${html(percent(usd, total))}</span>`
      : '–';
  const head = [title, ...columns.map((column) => column.title)];
  const afterCost = columns.findIndex((column) => column.title === 'Cost') + 1;
  if (total) head.splice(afterCost + 1, 0, 'Share');
  const body = rows.map((tree) => {
    const cells = columns.map((column) => cellOf(html(column.cell(tree.row, tree))));
    if (total) cells.splice(afterCost, 0, cellOf(share(isForeign(tree) ? null : tree.row.costUsd)));
    const outer = hasLevels && tree.depth === 0 ? ' class="outer"' : '';
    const name = `<th scope="row" style="padding-left:${10 + 20 * tree.depth}px">${html(names.get(tree.text)!)}</th>`;
    return `<tr${outer}>${name}${cells.join('')}</tr>`;
  });
  const foot = columns.map((column) => cellOf(html(column.cell(summary.totals))));
  if (total) foot.splice(afterCost, 0, cellOf(''));
  return table(head, body, `<tr><th scope="row">Total</th>${foot.join('')}</tr>`);
}

function isFirst({ title }: Column): boolean {
  return title === 'Cost' || title === 'Characters';
}

function cellOf(content: string): string {
  return content === '–' ? '<td class="none">–</td>' : `<td>${content}</td>`;
}

/** What was charged, line by line, at which price. */
export function chargesTable({ charges }: Summary): string {
  const body = charges.map(({ sku, quantity, unit, unitPriceUsd, costUsd }) => {
    const cells = [
      formatCount(quantity),
      unitPriceUsd === null ? 'as recorded' : `${exactUsd(unitPriceUsd)} / ${unit}`,
      exactUsd(costUsd),
    ];
    return `<tr><th scope="row">${html(sku)}</th>${cells.map((cell) => `<td>${html(cell)}</td>`).join('')}</tr>`;
  });
  return table(['SKU', 'Quantity', 'Unit price', 'Cost'], body, '');
}

function exactUsd(usd: number): string {
  return `$${toDecimal(moneyFromNumber(usd) ?? ZERO)}`;
}

function table(head: string[], body: string[], foot: string): string {
  const titles = head.map((title) => `<th scope="col">${html(title)}</th>`).join('');
  const footer = foot ? `<tfoot>${foot}</tfoot>` : '';
  return `<div class="rows"><table><thead><tr>${titles}</tr></thead><tbody>\n${body.join('\n')}\n</tbody>${footer}</table></div>`;
}

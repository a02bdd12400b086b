import { type Finding, LOOK_AHEAD_DAYS, STALE_AFTER_DAYS } from '../../core/pricing/book/findings.ts';
import { plain } from '../../core/text.ts';
import type { Look } from '../terminal/look.ts';
import { indented } from '../terminal/wrap.ts';
import { describeChange } from './list.ts';
import { daysAgo } from './price-text.ts';

export interface PriceCheck {
  day: string;
  version: string;
  models: number;
  overrides: number;
  findings: Finding[];
}

const HEADINGS: Record<Finding['kind'], string> = {
  stale: `Checked more than ${STALE_AFTER_DAYS} days ago`,
  uncertain: 'Not known for certain',
  change: `Changes in the next ${LOOK_AHEAD_DAYS} days, applied by date`,
  reroute: 'Answered and billed as another model',
  shadow: 'Your own price hides a newer official one',
};

/** What to know before trusting the book today. */
export function renderPriceCheck(check: PriceCheck, look: Look): string {
  const { bold } = look.colors;
  const kinds = Object.keys(HEADINGS) as Finding['kind'][];
  const blocks = kinds.flatMap((kind) => {
    const lines = check.findings
      .filter((finding) => finding.kind === kind)
      .map((finding) => describe(finding, check.day));
    if (lines.length === 0) return [];
    return [
      [
        bold(`${HEADINGS[kind]}: ${lines.length}`),
        ...lines.map((line) => indented(plain(line, 1000), look, '    ', '  ')),
      ],
    ];
  });
  const own = check.overrides === 1 ? '1 own price' : `${check.overrides} own prices`;
  const head = `${check.models} models, prices checked ${check.version}, ${own}; today is ${check.day} (UTC)`;
  const nothing = blocks.length === 0 ? [['Nothing to report.']] : [];
  return `${[[head], ...blocks, ...nothing].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function describe(finding: Finding, day: string): string {
  switch (finding.kind) {
    case 'stale':
      return `${finding.model}: ${finding.checked}, ${daysAgo(finding.days)}`;
    case 'uncertain': {
      const unknown = finding.unknown.length > 0 ? `; not known: ${finding.unknown.join(', ')}` : '';
      return `${finding.model}: confidence ${finding.confidence}${unknown}`;
    }
    case 'change':
      return `${finding.model} from ${finding.day}: ${describeChange(finding.prices)}`;
    case 'reroute':
      return `${finding.model} as ${finding.to} ${finding.day <= day ? 'since' : 'from'} ${finding.day}`;
    case 'shadow':
      return `${finding.model}: set ${finding.set || 'on an unknown day'}, official price of ${finding.day}. To drop yours: costwatch pricing reset ${finding.model}`;
  }
}

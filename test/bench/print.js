import { NAMES } from './benches.js';

/** What was measured of a log, as a table, and below it which goals are met. */
export function printBench({ name, what }, megabytes, measured, goals, rounds) {
  console.log(`\n${name}: ${what}; ${megabytes.toFixed(1)} MB, medians of ${rounds}`);
  const [mine] = measured;
  console.table(
    measured.map(({ name, seconds, quickest, cpu, peak, checked, wrong }) => ({
      name,
      seconds: seconds.toFixed(2),
      quickest: quickest.toFixed(2),
      'MB/s': Math.round(megabytes / seconds),
      'CPU seconds': cpu.toFixed(2),
      'peak MB': Math.round(peak),
      'our speed to it': `${(seconds / mine.seconds).toFixed(2)}x`,
      sums: wrong ? 'WRONG' : checked ? 'right' : '–',
    })),
  );
  for (const { name, wrong } of measured) if (wrong) console.log(`  WRONG: ${name}: ${wrong}`);
  for (const goal of goals) console.log(`  ${goalText(goal)}`);
}

/** How far each goal is met; without a verdict where its peer was skipped. */
export function judge({ ours, goals }, measured) {
  const find = (name) => measured.find((one) => one.name === (NAMES[name] ?? name));
  return goals.map(({ of = ours[0].name, than, speed, time, peak }) => {
    const mine = find(of);
    if (peak !== undefined)
      return { text: `${of}: at most ${peak} MB`, value: `${Math.round(mine.peak)} MB`, met: mine.peak <= peak };
    const text = `${of}: ${speed ? `at least ${speed}x the speed` : `at most ${time}x the time`} of ${NAMES[than] ?? than}`;
    const other = find(than);
    if (!other) return { text, value: 'not measured' };
    const ratio = speed ? other.seconds / mine.seconds : mine.seconds / other.seconds;
    return { text, value: `${ratio.toFixed(2)}x`, met: speed ? ratio >= speed : ratio <= time };
  });
}

function goalText({ text, value, met }) {
  return `${met === undefined ? '–     ' : met ? 'met   ' : 'MISSED'} ${text}: ${value}`;
}

/** All of it as Markdown, for docs/performance.md. */
export function printSummary(benches) {
  const peers = ['python', 'readline', 'bare', 'jq', 'duckdb', 'ccusage'].map((name) => NAMES[name]);
  console.log(`\n| log | report | ${peers.join(' | ')} |`);
  console.log(`|${' --- |'.repeat(peers.length + 2)}`);
  for (const { bench, megabytes, measured } of benches)
    for (const { name } of bench.ours) {
      const figures = [name, ...peers].map((wanted) => figuresOf(measured, wanted, megabytes));
      const label = [bench.name, ...name.split(', ').slice(1)].join(', ');
      console.log(`| ${label}, ${Math.round(megabytes)} MB | ${figures.join(' | ')} |`);
    }
  const goals = benches.flatMap((bench) => bench.goals);
  console.log(`\n${goals.filter(({ met }) => met).length} of ${goals.length} goals met`);
}

function figuresOf(measured, wanted, megabytes) {
  const { seconds, peak } = measured.find(({ name }) => name === wanted) ?? {};
  return seconds ? `${seconds.toFixed(2)} s, ${Math.round(megabytes / seconds)} MB/s, ${Math.round(peak)} MB` : '–';
}

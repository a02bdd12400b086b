import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { costwatch, pinned } from './costwatch.ts';
import { logFolder } from './mixed-log.ts';

async function report(args: string[], columns = '100') {
  const cwd = logFolder();
  return costwatch(['report', 'calls.jsonl', ...args], { cwd, env: pinned({ COLUMNS: columns }) });
}

describe('the table', () => {
  it.each([['40'], ['60'], ['80'], ['200']])('at %s columns', async (columns) => {
    const { stdout, stderr, code } = await report([], columns);
    expect([code, stderr]).toEqual([0, '']);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(Number(columns));
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/report-${columns}.txt`);
  });

  it.each([
    ['by-day', ['--by', 'day']],
    ['by-week-sunday', ['--by', 'week', '--week-start', 'sunday', '--order', 'desc']],
    ['by-month-model', ['--by', 'month,model']],
    ['by-hour-seoul', ['--by', 'hour', '--timezone', 'Asia/Seoul', '--service', 'elevenlabs']],
    ['by-label-breakdown', ['--by', 'label:phase', '--breakdown']],
    ['by-three', ['--by', 'service,label:phase,label:video']],
    ['by-the-rest', ['--by', 'status,operation,tier,session,file']],
    ['by-voice', ['--by', 'voice', '--service', 'elevenlabs', '--sort', 'characters']],
    ['top', ['--by', 'day,model', '--top', '2']],
    ['sort-calls', ['--sort', 'calls', '--order', 'asc']],
    ['failed', ['--status', 'failed,incomplete']],
    ['compact', ['--compact']],
    ['nothing', ['--model', 'no-such-model']],
  ])('%s', async (name, args) => {
    const { stdout, stderr, code } = await report(args);
    const hint = name === 'nothing' ? '! 29 calls read, none of which matches the filters\n' : '';
    expect([code, stderr]).toEqual([0, hint]);
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/report-${name}.txt`);
  });
});

describe('the width', () => {
  it.each([
    ['30', 'service'],
    ['40', 'service,label:phase,label:video'],
    ['48', 'status,operation,tier,session,file,model,day'],
    ['72', 'hour,model'],
  ])('of %s columns holds --by %s', async (columns, by) => {
    const { stdout } = await report(['--by', by], columns);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(Number(columns));
  });
});

describe('the other formats', () => {
  it.each([
    ['csv', ['--format', 'csv', '--by', 'label:phase', '--breakdown']],
    ['md', ['--format', 'md', '--by', 'label:phase,model', '--top', '2']],
    ['html', ['--format', 'html', '--by', 'label:phase', '--breakdown']],
    ['calls.csv', ['--calls']],
    ['focus.csv', ['--format', 'focus']],
  ])('%s', async (name, args) => {
    const { stdout, code } = await report(args);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot(`__snapshots__/report.${name}`);
  });

  it('says on stderr what rows alone cannot', async () => {
    const { stderr } = await report(['--calls']);
    expect(stderr).toContain('! 1 call unpriced: no price known for gemini-9-mystery');
    expect(stderr).toContain('! 1 record skipped: calls.jsonl:');
  });
});

describe('bad options: exit 2 and what to type', () => {
  it.each([
    [['--top', '0'], /--top '0' is not a number of rows[\s\S]*--top 5/],
    [['--sort', 'colour'], /Unknown metric 'colour' in --sort[\s\S]*cost, tokens/],
    [['--order', 'up'], /Unknown order 'up'[\s\S]*asc or/],
    [['--last', '7'], /--last '7' is not a number of days, weeks or months[\s\S]*7d, 2w or 1m/],
    [['--last', '7d', '--since', 'today'], /--since and --last both set the first day/],
    [['--week-start', 'm'], /--week-start 'm' is not a weekday[\s\S]*monday/],
    [['--status', 'fine'], /Unknown status 'fine'[\s\S]*ok, failed, incomplete/],
    [['--calls', '--json'], /--calls lists one row a call[\s\S]*--calls --format csv/],
    [['--format', 'pdf'], /Unknown format 'pdf'[\s\S]*table, json, csv, md, html, focus/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await report(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

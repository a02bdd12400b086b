import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BudgetAlert } from '../../src/commands/run/watch-budgets.ts';
import type { BudgetRow } from '../../src/core/budget/row.ts';
import type { Summary } from '../../src/core/ledger/summary.ts';
import { type LocalApi, startLocalApi } from '../../src/demo/local-api.ts';
import { costwatch, type Finished, pinned, ROOT, temporaryFolder } from './costwatch.ts';
import { wrongIn } from './schema.ts';

const MANY = join(ROOT, 'test/fixtures/programs/many-calls.mjs');
const KILLS_COSTWATCH = join(ROOT, 'test/fixtures/programs/kills-costwatch.mjs');

/** A folder of its own for everything of costwatch, and what a user types there. */
function machine(env: NodeJS.ProcessEnv = {}) {
  const home = temporaryFolder();
  const environment = pinned({ COSTWATCH_HOME: home, ...env });
  const type = (...args: string[]): Promise<Finished> => costwatch(args, { env: environment });
  const file = join(home, 'budgets.json');
  return { home, file, type, content: () => readFileSync(file, 'utf8') };
}

describe('costwatch budget', () => {
  it('sets, replaces, lists and removes', async () => {
    const { type, content, file } = machine();
    const first = await type('budget', 'set', '50', '--daily');
    expect(first.code).toBe(0);
    expect(first.stdout).toBe(
      `daily: $50.00 a day; warns when used up\nSaved in ${file}. To remove it: costwatch budget remove daily\n`,
    );
    const second = await type('budget', 'set', '40', '--daily', '--on-budget', 'stop');
    expect(second.stdout).toContain('old  daily: $50.00 a day; warns when used up\n');
    expect(second.stdout).toContain('new  daily: $40.00 a day; stops further calls when used up\n');
    await type('budget', 'set', '20000', '--characters', '--monthly', '--thresholds', '90,25');
    await type('budget', 'set', '5', '--per-run', '--label', 'video=*', '--model', 'gemini-3.8*');

    expect(wrongIn(JSON.parse(content()), 'budgets.schema.json')).toBe(null);

    const list = await type('budget', 'list', '--json');
    const { budgets } = JSON.parse(list.stdout) as { budgets: BudgetRow[] };
    expect(budgets.map(({ id, unit, limit, spent, status }) => [id, unit, limit, spent, status])).toEqual([
      ['daily', 'usd', 40, 0, 'ok'],
      ['monthly-characters', 'characters', 20_000, 0, 'ok'],
      ['per-run-gemini-3.8-all-video-each', 'usd', 5, 0, 'ok'],
    ]);
    expect(budgets[1]).toMatchObject({ thresholds: [25, 90] });

    expect((await type('budget', 'remove', 'daily')).stdout).toBe(
      'Removed daily: $40.00 a day; stops further calls when used up\n',
    );
    expect((await type('budget', 'list')).stdout).not.toMatch(/^daily/m);
    await type('budget', 'remove', '--all');
    expect(existsSync(file)).toBe(false);
    expect((await type('budget', 'list')).stdout).toContain('No budget is set.');
  });

  it('changes nothing where something is wrong', async () => {
    const { type, content } = machine();
    await type('budget', 'set', '50', '--daily');
    const before = content();
    for (const [words, message] of [
      ['abc --daily', 'is not a dollar amount above 0'],
      ['-5 --daily', 'is not a dollar amount above 0'],
      ['0 --daily', 'is not a dollar amount above 0'],
      ['1,5 --daily', 'is not a dollar amount above 0'],
      ['1e3 --daily', 'is not a dollar amount above 0'],
      ['1000000000.01 --daily', "A budget can be at most $1,000,000,000, and '1000000000.01' is more."],
      [`1${'0'.repeat(30)} --daily`, 'Write the dollars of a run, a day or a month, such as 50 or 49.90.'],
      ['50', 'Which period'],
      ['50 --daily --monthly', 'one period'],
      ['50 --daily --service openai', "service 'openai'"],
      ['50 --daily --characters --service gemini', 'not in ElevenLabs credits'],
      ['$50 --daily --service elevenlabs', 'uses the credits of your plan'],
      ['49.90 --daily --service elevenlabs', 'uses the credits of your plan'],
      ['1.5 --daily --characters', 'is not a number of credits'],
      ['50 --daily --thresholds 50,x', 'is not a list of percentages'],
      ['50 --daily --thresholds 0', 'is not a list of percentages'],
      ['50 --daily --on-budget explode', "Unknown action 'explode' for --on-budget."],
      ['50 --daily --on-unpriced explode', "Unknown action 'explode' for --on-unpriced."],
      ['50 --daily --label video=', 'has no value'],
      ['50 --daily --label a=b --label c=d', 'one label'],
      ['50 --daily --model gem*ni', 'is not a model'],
      ['5 --daily --model eleven_flash_v2_5', 'costwatch budget set 20000 --characters --daily --model'],
      ['5 --per-run --model eleven*', 'its budget cannot be in dollars'],
      ['5 --daily --model eleven_v99', 'its budget cannot be in dollars'],
    ] as const) {
      const { code, stderr } = await type('budget', 'set', ...words.split(' '));
      expect([words, code]).toEqual([words, 2]);
      expect(stderr).toContain(message);
      expect(content()).toBe(before);
    }
    const unknown = await type('budget', 'remove', 'weekly');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('Your budgets: daily. To remove all: --all');
    expect((await type('budget', 'remove')).stderr).toContain('Your budgets: daily. To remove all: --all');
    expect(content()).toBe(before);
    expect((await type('budget', 'remove', '--all')).stdout).toBe('Removed all budgets.\n');
    expect((await type('budget', 'remove', '--all')).stdout).toBe('There is no budget to remove.\n');
  });

  it.each([
    ['5 --daily --model gemini-4-flush', "the Gemini model 'gemini-4-flush'"],
    ['5 --daily --model gemini-99*', "the Gemini model 'gemini-99*'"],
    ['500 --daily --characters --model gemini-3.8-flash', "the ElevenLabs model 'gemini-3.8-flash'"],
    ['500 --daily --characters --model eleven_v99', "the ElevenLabs model 'eleven_v99'"],
    ['5 --daily --model gemini-3.8-flash', undefined],
    ['5 --daily --model gemini-3.8-flash-001', undefined],
    ['5 --daily --model gemini-3.8*', undefined],
    ['5 --daily --model gemini-flash-latest', undefined],
    ['5 --daily --model my-tuned-model', undefined],
    ['500 --daily --characters --model eleven_flash*', undefined],
  ])('saves %s, and says where no price knows the model', async (words, warning) => {
    const { type, content } = machine();
    await type('pricing', 'set', 'my-tuned-model', '--input', '1', '--output', '2');
    const { code, stderr } = await type('budget', 'set', ...words.split(' '));
    expect([code, stderr]).toEqual([
      0,
      warning ? `costwatch: no price is known for ${warning}. All names: costwatch pricing list\n` : '',
    ]);
    expect(JSON.parse(content()).budgets).toHaveLength(1);
  });

  it('counts credits of ElevenLabs', async () => {
    const { type } = machine();
    await type('record', '--service', 'elevenlabs', '--model', 'eleven_v3', '--characters', '500');
    expect((await type('budget', 'set', '20000', '--characters', '--daily')).stdout).toMatch(
      /^daily-characters: 20,000 credits a day of ElevenLabs; warns when used up\nSpent so far: ~?500 of 20,000 credits \(all sessions today\)\n/,
    );
    const list = (await type('budget', 'list')).stdout;
    expect(list).toContain('20,000 credits');
    expect(list).not.toContain('characters a');
  });

  it('names the value of a label in one way', async () => {
    const { type } = machine();
    await type('record', '--service', 'gemini', '--model', 'gemini-99', '--input-tokens', '5', '--label', 'video=a');
    const set = await type('budget', 'set', '5', '--daily', '--label', 'video=*');
    expect(set.stdout).toContain('\nSpent so far, daily-video-each (a): ≥ $0.00 of $5.00 (all sessions today)\n');
    const list = (await type('budget', 'list')).stdout;
    expect(list).toMatch(/^daily-video-each \(a\) /m);
    expect(list).toContain('! 1 call without a price is not in daily-video-each (a)\n');
  });

  it.each([
    ['{', /budgets\.json: .*JSON/],
    ['{"budgets": 5}', /budgets\.json: budgets is not a list/],
    ['{"budgets": [], "daily": 5}', /budgets\.json: daily is no field/],
    ['{"budgets": [{"id": "a", "period": "weekly", "limit": {"usd": "5"}}]}', /budgets\[0\]\.period is none of run/],
    ['{"budgets": [{"id": "a", "period": "daily", "limit": {"usd": 5}}]}', /budgets\[0\]\.limit is neither/],
    ['{"budgets": [{"id": "a", "period": "daily", "limit": {"usd": "5"}, "modle": "x"}]}', /budgets\[0\]\.modle is no/],
  ])('names what is wrong in %s, and starts nothing', async (text, message) => {
    const { type, file, home } = machine();
    mkdirSync(home, { recursive: true });
    writeFileSync(file, text);
    const list = await type('budget', 'list');
    expect(list.code).toBe(2);
    expect(list.stderr).toMatch(message);
    const run = await type('run', process.execPath, '-e', 'console.log("started")');
    expect(run).toMatchObject({ code: 125, stdout: '' });
    expect(run.stderr).toMatch(message);
    expect((await type('budget', 'remove', '--all')).code).toBe(0);
    expect((await type('budget', 'list')).code).toBe(0);
  });
});

describe('a run with budgets', () => {
  let api: LocalApi;
  beforeAll(async () => {
    api = await startLocalApi();
  });
  afterAll(() => api.close());

  /** What one call of the program costs, by a run without a budget. */
  async function priceOfOne(): Promise<number> {
    const { type } = watched();
    await type('run', '-q', process.execPath, MANY, '1', '1', '0');
    return (JSON.parse((await type('report', '--json')).stdout) as Summary).totals.costUsd!;
  }

  function watched(env: NodeJS.ProcessEnv = {}) {
    const made = machine({ GOOGLE_GEMINI_BASE_URL: api.url, ...env });
    const output = join(made.home, 'summary.json');
    return {
      ...made,
      run: (...words: string[]) => made.type('run', '-o', output, ...words),
      summary: () => JSON.parse(readFileSync(output, 'utf8')) as Summary,
    };
  }
  const calls = (count: number) => [process.execPath, MANY, String(count), '1', '0'];

  it('says what it has spent, in the box and in JSON, in exact figures', async () => {
    const one = await priceOfOne();
    const { run, summary } = watched();
    const { code, stderr } = await run('--budget', '1000', ...calls(3));
    expect(code).toBe(0);
    expect(summary().budgets).toEqual([
      {
        id: 'per-run',
        period: 'run',
        window: summary().session!.id,
        unit: 'usd',
        limit: 1000,
        spent: Number((one * 3).toPrecision(12)),
        accuracy: 'exact',
        percent: 0,
        remaining: Number((1000 - one * 3).toPrecision(15)),
        reserved: 0,
        unpriced: 0,
        refused: 0,
        status: 'ok',
      },
    ]);
    expect(wrongIn(summary(), 'summary.schema.json')).toBe(null);
    expect(stderr).toMatch(/Budgets:\n {2}per-run: \$0\.\d+ of \$1,000\.00 \(0 %\)\n/);
    expect(stderr).not.toContain('costwatch:');
  });

  it('counts what earlier sessions spent, and says at the start what was reached before', async () => {
    const one = await priceOfOne();
    const { type, run, summary } = watched();
    await type('budget', 'set', (one * 4).toFixed(12), '--daily');
    const first = await run(...calls(2));
    expect(first.stderr).toMatch(/^costwatch: 50 % of the daily budget: \$0\.\d+ of \$0\.\d+ \(all sessions today\)$/m);
    expect(summary().budgets).toMatchObject([{ id: 'daily', percent: 50, status: 'warned' }]);

    const again = await type('budget', 'set', (one * 4).toFixed(12), '--daily');
    expect(again.stdout).toMatch(/\nSpent so far: \$0\.\d+ of \$0\.\d+ \(all sessions today\)\nSaved/);

    const second = await run(...calls(2));
    expect(second.code).toBe(0);
    expect(second.stderr).toContain('costwatch: 50 % of the daily budget was spent before this run:');
    expect(second.stderr).toContain('costwatch: 100 % of the daily budget:');
    expect(summary().budgets).toMatchObject([{ id: 'daily', percent: 100, status: 'exceeded', remaining: 0 }]);

    const listed = JSON.parse((await type('budget', 'list', '--json')).stdout) as { budgets: BudgetRow[] };
    expect(listed.budgets).toMatchObject([{ id: 'daily', percent: 100, spent: summary().budgets![0]!.spent }]);
  });

  it('counts closed sessions at the prices they were recorded at, as a report does', async () => {
    const one = await priceOfOne();
    const { type, run, summary } = watched();
    await run(...calls(5));
    const spent = summary().totals.costUsd!;
    expect(spent).toBe(Number((one * 5).toPrecision(12)));
    const limit = (one * 6).toFixed(12);
    await type('budget', 'set', limit, '--daily', '--on-budget', 'stop');
    await type('pricing', 'set', 'gemini-3.5-flash-lite', '--input', '20', '--output', '20');
    const reported = JSON.parse((await type('report', '--json')).stdout) as Summary;
    const listed = JSON.parse((await type('budget', 'list', '--json')).stdout) as { budgets: BudgetRow[] };
    expect([reported.totals.costUsd, listed.budgets[0]!.spent]).toEqual([spent, spent]);
    // The gate counts the same: something is left, so one more call is sent, at the price of today.
    expect((await run(...calls(1))).code).toBe(0);
    expect(summary().budgets![0]!.spent).toBeGreaterThan(Number(limit));
    expect((await run(...calls(1))).code).toBe(3);
  });

  it('says nothing of labels that it does not have', async () => {
    const one = await priceOfOne();
    const { type, run, summary } = watched({ COSTWATCH_LABELS: '' });
    await type('budget', 'set', (one * 2).toFixed(12), '--daily', '--label', 'video=*');
    await type('budget', 'set', (one * 2).toFixed(12), '--daily', '--label', 'video=a');
    const labels = () => summary().budgets?.map(({ id, label }) => [id, label?.value]);
    await run('--label', 'video=a', ...calls(2));
    expect(labels()).toEqual([
      ['daily-video-each', 'a'],
      ['daily-video-a', 'a'],
    ]);
    const other = await run('--label', 'video=b', ...calls(1));
    expect(labels()).toEqual([['daily-video-each', 'b']]);
    expect(other.stderr).toContain('  daily-video-each (b): $');
    expect(other.stderr).not.toContain('video=a');
    expect((await run(...calls(1))).stderr).not.toContain('video');
    expect(labels()).toBeUndefined();
  });

  it('takes a budget from the environment, and a flag before it', async () => {
    const { run, summary } = watched({ COSTWATCH_BUDGET: '7' });
    await run(...calls(1));
    expect(summary().budgets).toMatchObject([{ id: 'per-run', limit: 7 }]);
    await run('--budget', '8', ...calls(1));
    expect(summary().budgets).toMatchObject([{ id: 'per-run', limit: 8 }]);
    expect(await run('--budget', 'x', ...calls(1))).toMatchObject({ code: 2, stdout: '' });
    const absurd = await run('--budget', '1000000001', ...calls(1));
    expect([absurd.code, absurd.stderr.split('\n')[0]]).toEqual([
      2,
      "costwatch: A budget can be at most $1,000,000,000, and '1000000001' is more.",
    ]);
  });

  it('puts its own budget in the place of that of every run, and not of others', async () => {
    const { type, run, summary } = watched();
    await type('budget', 'set', '5', '--per-run');
    await type('budget', 'set', '50', '--monthly');
    await run('--budget', '6', ...calls(1));
    expect(summary().budgets?.map(({ id, limit }) => [id, limit])).toEqual([
      ['per-run', 6],
      ['monthly', 50],
    ]);
  });

  it('says once that calls without a price are not in it', async () => {
    const { run, summary } = watched();
    const script = `for (let i = 0; i < 3; i++) await (await fetch(process.env.GOOGLE_GEMINI_BASE_URL + '/v1beta/models/gemini-3.5-flash-lite:generateContent', {
      method: 'POST', headers: { 'x-goog-api-key': 'k' }, body: '{"contents":[{"parts":[{"text":"a"}]}]}' })).json()`;
    const file = join(temporaryFolder(), 'gen.mjs');
    writeFileSync(file, script.replace('gemini-3.5-flash-lite', 'gemini-99-nobody-knows'));
    const { stderr } = await run('--budget', '5', process.execPath, file);
    expect(stderr.match(/without a price/g)).toHaveLength(1);
    expect(stderr).toMatch(/costwatch: \d calls? without a price (?:is|are) not in the budget of this run/);
    expect(summary().budgets).toMatchObject([{ unpriced: 3, accuracy: 'lower-bound', spent: 0 }]);
  });

  it('counts a run that was killed, before and after it is recovered, and nothing twice', async () => {
    const one = await priceOfOne();
    const { type, home } = watched();
    await type('budget', 'set', '5', '--daily');
    const spent = async () => {
      const { stdout } = await type('budget', 'list', '--json');
      const { sessionsRunning, budgets } = JSON.parse(stdout) as { sessionsRunning: number; budgets: BudgetRow[] };
      return [sessionsRunning, budgets[0]!.spent];
    };
    const both = Number((one * 2).toPrecision(12));
    const killed = type('run', process.execPath, KILLS_COSTWATCH, home);
    await expect.poll(() => existsSync(join(home, 'ready')), { timeout: 20_000 }).toBe(true);
    expect(await spent()).toEqual([1, both]);
    writeFileSync(join(home, 'go'), '');
    expect((await killed).signal).toBe('SIGKILL');
    expect(await spent()).toEqual([0, both]);
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
    expect(await spent()).toEqual([0, both]);
  });

  it('gives each alert to a command and to a web address', async () => {
    const one = await priceOfOne();
    const received: { type: string | undefined; alert: BudgetAlert }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        received.push({ type: request.headers['content-type'], alert: JSON.parse(body) });
        response.end('thanks');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { home, run, summary } = watched();
    const heard = join(home, 'heard');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const command = `cat >> ${heard}.json; echo "$COSTWATCH_ALERT_TYPE $COSTWATCH_ALERT_THRESHOLD $COSTWATCH_ALERT_BUDGET $COSTWATCH_ALERT_UNIT" >> ${heard}.txt; echo never seen`;
    const limit = (one * 2).toFixed(12);
    const finished = await run('--budget', limit, '--on-alert', command, '--alert-url', url, ...calls(2));
    server.close();

    expect(finished).toMatchObject({ code: 0, stdout: '' });
    expect(finished.stderr).not.toContain('never seen');
    const last = received.at(-1)!;
    expect(last.type).toBe('application/json');
    expect(last.alert).toMatchObject({
      schemaVersion: 1,
      type: 'threshold',
      threshold: 100,
      atStart: false,
      session: { id: summary().session!.id },
      budget: { id: 'per-run', percent: 100, status: 'exceeded', spent: Number(limit) },
    });
    expect(last.alert.message).toMatch(/^100 % of the budget of this run: \$0\.\d+ of \$0\.\d+ \(this run\)$/);
    const toCommand = readFileSync(`${heard}.json`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const thresholds = (alerts: BudgetAlert[]) => alerts.map(({ threshold }) => threshold).sort();
    expect(thresholds(toCommand)).toEqual(thresholds(received.map(({ alert }) => alert)));
    expect(readFileSync(`${heard}.txt`, 'utf8')).toContain('threshold 100 per-run usd\n');
  });

  it('says once that an alert could not be given, and changes nothing else', async () => {
    const one = await priceOfOne();
    const { type, run } = watched();
    await type('budget', 'set', one.toFixed(12), '--daily');
    const options = ['--budget', one.toFixed(12), '--on-alert', 'exit 9', '--alert-url', 'http://127.0.0.1:9/hook'];
    const { code, stderr } = await run(...options, process.execPath, MANY, '1', '1', '4');
    expect(code).toBe(4);
    expect(stderr.match(/could not be delivered to --on-alert: it ended with exit code 9/g)).toHaveLength(1);
    expect(stderr.match(/could not be delivered to --alert-url: fetch failed: \w+/g)).toHaveLength(1);
    expect(await run('--on-alert', '', ...calls(1))).toMatchObject({ code: 2, stdout: '' });
    expect((await run('--alert-url', 'ftp://x', ...calls(1))).code).toBe(2);
  });
});

describe('report --fail-over', () => {
  const call = (id: string, model: string, tokens: number) =>
    JSON.stringify({
      id,
      timestamp: '2026-11-22T10:00:00.000Z',
      service: 'gemini',
      operation: 'generate_content',
      status: 'ok',
      responseModel: model,
      usage: { inputTokens: tokens },
    });
  // 0.75 dollars a million input tokens: 10 dollars exactly.
  const TEN = call('a', 'gemini-3.8-flash', 13_333_332);
  const REST = call('b', 'gemini-3.8-flash', 2);
  const UNKNOWN = call('c', 'gemini-99-nobody-knows', 1);

  function report(lines: string[], ...options: string[]): Promise<Finished> {
    const folder = temporaryFolder();
    const log = join(folder, 'log.jsonl');
    writeFileSync(log, `${lines.join('\n')}\n`);
    return costwatch(['report', log, ...options], { env: pinned({ COSTWATCH_HOME: folder }) });
  }

  it('fails above the limit, not at it', async () => {
    expect((await report([TEN], '--fail-over', '9.999999')).code).toBe(0);
    const over = await report([TEN, REST], '--fail-over', '9.999999');
    expect(over.code).toBe(3);
    expect(over.stderr).toContain('costwatch: $10.00 is over the $10.00 of --fail-over');
    expect(over.stdout).toContain('Gemini');
    expect((await report([TEN, REST], '--fail-over', '10.0000005')).code).toBe(0);
    expect((await report([TEN], '--fail-over', '0')).code).toBe(3);
  });

  it('says where it cannot be sure', async () => {
    const below = await report([TEN, UNKNOWN], '--fail-over', '10');
    expect(below.code).toBe(0);
    expect(below.stderr).toContain('costwatch: at least $10.00; calls are missing from it');
    expect((await report([TEN, UNKNOWN], '--fail-over', '10', '--strict')).code).toBe(2);
    const over = await report([TEN, UNKNOWN], '--fail-over', '5', '--strict');
    expect(over.code).toBe(3);
    expect(over.stderr).toContain('costwatch: at least $10.00 is over the $5.00 of --fail-over');
  });

  it('takes amounts only', async () => {
    expect(await report([TEN], '--fail-over', 'ten')).toMatchObject({ code: 2, stdout: '' });
  });
});

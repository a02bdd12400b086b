import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Alerts, checkAlertCommand, checkAlertUrl } from '../../../src/commands/run/alerts.ts';
import type { BudgetAlert } from '../../../src/commands/run/watch-budgets.ts';
import { temporaryFolder } from '../../cli/costwatch.ts';

const ALERT: BudgetAlert = {
  schemaVersion: 1,
  type: 'threshold',
  message: '80 % of the daily budget: $4.02 of $5.00 (all sessions today)',
  threshold: 80,
  atStart: false,
  time: '2026-11-22T10:00:00.000Z',
  session: { id: 'run-1', command: ['node', 'gen.js'] },
  budget: {
    id: 'daily',
    period: 'daily',
    window: '2026-11-22',
    unit: 'usd',
    limit: 5,
    spent: 4.02,
    accuracy: 'exact',
    percent: 80,
    remaining: 0.98,
    reserved: 0,
    unpriced: 0,
    refused: 0,
    status: 'warned',
  },
};

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** An address at which nothing listens any more. */
async function closed(): Promise<string> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return `http://127.0.0.1:${port}/`;
}

async function sent(options: { command?: string; url?: string; limitMs?: number }, times = 1): Promise<string[]> {
  const said: string[] = [];
  const alerts = new Alerts({ env: process.env, say: (text) => said.push(text), ...options });
  for (let time = 0; time < times; time++) alerts.send(ALERT);
  await alerts.waitForAll();
  return said;
}

describe('an alert', () => {
  it('is on the standard input of the command, and in its environment', async () => {
    const folder = temporaryFolder();
    const command = `cat > '${join(folder, 'in')}'; env | grep ^COSTWATCH_ALERT_ | sort > '${join(folder, 'env')}'`;
    expect(await sent({ command })).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, 'in'), 'utf8'))).toEqual(ALERT);
    expect(readFileSync(join(folder, 'env'), 'utf8')).toBe(
      [
        'COSTWATCH_ALERT_BUDGET=daily',
        'COSTWATCH_ALERT_LIMIT=5',
        `COSTWATCH_ALERT_MESSAGE=${ALERT.message}`,
        'COSTWATCH_ALERT_PERCENT=80',
        'COSTWATCH_ALERT_SESSION=run-1',
        'COSTWATCH_ALERT_SPENT=4.02',
        'COSTWATCH_ALERT_THRESHOLD=80',
        'COSTWATCH_ALERT_TYPE=threshold',
        'COSTWATCH_ALERT_UNIT=usd',
        '',
      ].join('\n'),
    );
  });

  it('is given to a command that does not read it', async () => {
    expect(await sent({ command: 'true' }, 5)).toEqual([]);
  });

  it.each([
    ['exit 9', 'it ended with exit code 9'],
    ['kill -9 $$', 'it was ended by SIGKILL'],
    ['no-such-command-here', 'it ended with exit code 127'],
  ])('that is given to `%s` fails once: %s', async (command, reason) => {
    expect(await sent({ command }, 3)).toEqual([
      `costwatch: the alert could not be delivered to --on-alert: ${reason}`,
    ]);
  });

  it('ends a command that takes too long, and all that it started', async () => {
    const [said] = await sent({ command: 'sleep 600 & sleep 600', limitMs: 100 });
    expect(said).toBe(
      'costwatch: the alert could not be delivered to --on-alert: it took longer than 0.1 s and was stopped',
    );
  });

  it('is the JSON body of a POST', async () => {
    const got: unknown[] = [];
    const url = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        got.push(request.method, request.headers['content-type'], JSON.parse(body));
        response.writeHead(204).end();
      });
    });
    expect(await sent({ url })).toEqual([]);
    expect(got).toEqual(['POST', 'application/json', ALERT]);
  });

  it('fails once where the address answers with an error, late, or not at all', async () => {
    const failing = await listen((_, response) => response.writeHead(500).end('secret words'));
    expect(await sent({ url: failing }, 3)).toEqual([
      'costwatch: the alert could not be delivered to --alert-url: it answered with status 500',
    ]);
    const silent = await listen(() => {});
    const said = 'costwatch: the alert could not be delivered to --alert-url: ';
    expect(await sent({ url: silent, limitMs: 100 })).toEqual([`${said}it took longer than 0.1 s`]);
    const [refused] = await sent({ url: await closed() });
    expect(refused).toBe(`${said}fetch failed: ECONNREFUSED`);
  });

  it('goes to a command that says something', () => {
    for (const command of [undefined, 'true']) expect(() => checkAlertCommand(command)).not.toThrow();
    for (const command of ['', '  ']) expect(() => checkAlertCommand(command)).toThrow('--on-alert is empty');
  });

  it('goes to web addresses only', () => {
    for (const url of [undefined, 'http://localhost:1/x', 'https://example.com/hook'])
      expect(() => checkAlertUrl(url)).not.toThrow();
    for (const url of ['', 'example.com', 'ftp://example.com', 'file:///etc/passwd', 'javascript:1'])
      expect(() => checkAlertUrl(url)).toThrow('is not a web address');
  });
});

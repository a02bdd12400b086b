import { describe, expect, it } from 'vitest';
import { HOOK } from '../../../src/capture/child/active-labels.ts';
import { errorCode, neverReached } from '../../../src/capture/child/call/failure.ts';
import { lazily, observeMethod } from '../../../src/capture/child/host.ts';
import { withLabels } from '../../../src/capture/child/labels.ts';
import { requestUrl } from '../../../src/capture/child/taps/tap.ts';
import { unwatched } from '../../../src/capture/parent/unwatched.ts';

describe('observeMethod', () => {
  it('sees a call and changes neither arguments, this, result nor the prototype', () => {
    class Counter {
      total = 0;
      add(...counts: number[]): number {
        for (const count of counts) this.total += count;
        return this.total;
      }
    }
    const counter = new Counter();
    const seen: unknown[][] = [];
    expect(observeMethod(counter, 'add', (...args) => seen.push(args))).toBe(true);
    expect(counter.add(1, 2)).toBe(3);
    expect(seen).toEqual([[1, 2]]);
    expect(Object.keys(counter)).toEqual(['total']);
    expect(new Counter().add(1)).toBe(1);
    expect(seen.length).toBe(1);
  });

  it('swallows what the observer throws, and nothing that the method throws', () => {
    const target = {
      fail(): never {
        throw new Error('its own');
      },
    };
    observeMethod(target, 'fail', () => {
      throw new Error('ours');
    });
    expect(() => target.fail()).toThrow('its own');
    expect(observeMethod(target, 'other', () => {})).toBe(false);
  });
});

it('makes an object when it is first asked for something, once', () => {
  let made = 0;
  const make = () => {
    made++;
    return { total: 0, name: 'made', add: (count: number) => count + made };
  };
  const counter = lazily(make, { name: 'known before' });
  expect([counter.name, made]).toEqual(['known before', 0]);
  expect([counter.add(2), counter.add(3), counter.total, made]).toEqual([3, 4, 0, 1]);
});

it.each([
  [Object.assign(new Error('secret'), { code: 'ECONNRESET' }), 'ECONNRESET', false],
  [Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED', true],
  [Object.assign(new Error('secret'), { code: 'EAI_AGAIN' }), 'EAI_AGAIN', true],
  [new DOMException('secret', 'AbortError'), 'AbortError', false],
  [Object.assign(new Error('x'), { code: 'a secret prompt', name: 'with spaces' }), 'error', false],
  ['a secret reason', 'aborted', false],
  [undefined, 'aborted', false],
])('the code of an error: %s', (error, code, unreached) => {
  expect(errorCode(error)).toBe(code);
  expect(neverReached(error)).toBe(unreached);
});

it.each([
  ['https://a.io', '/v1/x?key=1', 'https://a.io/v1/x?key=1'],
  ['https://a.io', '//ws/x', 'https://a.io//ws/x'],
  ['http://proxy:3128', 'http://a.io/v1/x', 'http://a.io/v1/x'],
])('the URL of %s%s', (origin, path, url) => {
  expect(requestUrl(origin, path).href).toBe(url);
});

describe('withLabels', () => {
  it('outside of a run only calls', () => {
    expect(withLabels({ a: '1' }, () => 7)).toBe(7);
    expect(Reflect.has(globalThis, Symbol.for('costwatch.labels'))).toBe(false);
  });

  it('gives back a promise, and errors', async () => {
    Reflect.set(globalThis, HOOK, 'a process');
    await expect(withLabels({ a: '1' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    Reflect.deleteProperty(globalThis, HOOK);
    Reflect.deleteProperty(globalThis, Symbol.for('costwatch.labels'));
  });
});

describe('what could not be watched', () => {
  const process = (script: string, node = '20.20.2') => {
    return { key: script, pid: 1, ppid: 1, thread: 0, script, node, ended: true };
  };
  const run = { command: ['npm', 'run', 'gen'], calls: 0, stillRunning: 0 };

  it.each([
    ['all was', [process('gen.js')], []],
    [
      'only npm was',
      [process('npm-cli.js')],
      [
        'Only npm-cli.js was watched: what it started is neither Node nor Python, or has another environment (env -i, NODE_OPTIONS). Keep NODE_OPTIONS and COSTWATCH_* in that environment, or add the calls with costwatch record.',
      ],
    ],
    [
      'an old Node',
      [process('gen.js', '18.6.0'), process('gen.js', '18.7.0')],
      ['gen.js runs on Node 18.6.0, which cannot be watched; it needs 18.7 or later.'],
    ],
  ])('%s', (_title, processes, sentences) => {
    expect(unwatched({ ...run, processes })).toEqual(sentences);
  });

  it('a single process that was stripped of its environment', () => {
    expect(unwatched({ ...run, processes: [process('npm-cli.js')], unhooked: ['gen.js'] })).toEqual([
      'gen.js was not watched: its environment has nothing of this run (env -i). Keep NODE_OPTIONS and COSTWATCH_* in that environment, or add the calls with costwatch record.',
    ]);
  });

  it.each([
    [1, '1 process of this run is still running: its later calls'],
    [3, '3 processes of this run are still running: their later calls'],
  ])('%i left behind', (stillRunning, words) => {
    expect(unwatched({ ...run, processes: [process('gen.js')], stillRunning })).toEqual([
      `${words} are not counted here; the next costwatch command adds them.`,
    ]);
  });
});

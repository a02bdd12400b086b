import { describe, expect, it } from 'vitest';
import { childEnv, isInsideRun, nestedEnv } from '../../../src/capture/parent/inject.ts';
import { missing, parseLabels } from '../../../src/capture/wire/env.ts';

const OPTIONS = { runDir: '/run', socket: '/s', sessionId: 'session-1', labels: {} };

describe('the environment of the command', () => {
  it.each([
    [undefined, '/h/hook.cjs', '--require /h/hook.cjs'],
    ['--max-old-space-size=4096', '/h/hook.cjs', '--require /h/hook.cjs --max-old-space-size=4096'],
    ['--require /h/hook.cjs --x', '/h/hook.cjs', '--require /h/hook.cjs --x'],
    [undefined, '/a b/hook.cjs', '--require "/a b/hook.cjs"'],
    [undefined, 'C:\\Program "Files"\\hook.cjs', '--require "C:\\\\Program \\"Files\\"\\\\hook.cjs"'],
  ])('has the hook first in NODE_OPTIONS: %s', (before, hook, after) => {
    const env = before === undefined ? {} : { NODE_OPTIONS: before };
    expect(childEnv({ ...OPTIONS, env, hook })).toEqual({
      NODE_OPTIONS: after,
      ...(hook === '/h/hook.cjs' ? { BUN_OPTIONS: '--preload=/h/hook.cjs' } : {}),
      COSTWATCH_DIR: '/run',
      COSTWATCH_SOCKET: '/s',
      COSTWATCH_SESSION: 'session-1',
    });
  });

  it('adds our labels to those that were there', () => {
    const env = { COSTWATCH_LABELS: '{"a":"1","b":"1"}' };
    const result = childEnv({ ...OPTIONS, env, hook: '/h', labels: { b: '2' } });
    expect(result.COSTWATCH_LABELS).toBe('{"a":"1","b":"2"}');
  });

  it('inside of another run only gets the labels', () => {
    const env = { COSTWATCH_DIR: '/outer', NODE_OPTIONS: '--require /outer/hook.cjs' };
    expect(nestedEnv(env, {})).toEqual(env);
    expect(nestedEnv(env, { a: '1' })).toEqual({ ...env, COSTWATCH_LABELS: '{"a":"1"}' });
  });

  it.each([
    [{}, false],
    [{ COSTWATCH_DIR: '' }, false],
    [{ COSTWATCH_DIR: '/no/such/run' }, false],
    [{ COSTWATCH_DIR: import.meta.dirname }, true],
  ])('is inside of a run while that run lasts: %j', (env, inside) => {
    expect(isInsideRun(env)).toBe(inside);
  });

  it('gets nothing twice', () => {
    const injection = { hook: '/h', variables: { COSTWATCH_DIR: '/run' } };
    expect(missing({ ...missing({}, injection) }, injection)).toEqual({});
  });
});

it.each([
  [undefined, {}],
  ['', {}],
  ['{"a":"1","b":2}', { a: '1' }],
  ['["a"]', {}],
  ['video=ep01,phase=a=b', { video: 'ep01', phase: 'a=b' }],
  ['ep01', {}],
  ['null', {}],
  ['{"a"', {}],
])('labels of %s', (json, labels) => {
  expect(parseLabels(json)).toEqual(labels);
});

// Moves the clock of a process by COSTWATCH_TEST_CLOCK milliseconds; machine.ts has it required before anything else.
const shift = Number(process.env.COSTWATCH_TEST_CLOCK ?? 0);
const RealDate = Date;
const realNow = RealDate.now;
const now = () => realNow() + shift;

RealDate.now = now;
globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
});
RealDate.prototype.constructor = globalThis.Date;

// `costwatch run` puts its hook before all else, and the hook takes the clock as it finds it: this has to go before it.
if (process.argv.includes('run')) {
  const { ChildProcess } = require('node:child_process');
  const { spawn } = ChildProcess.prototype;
  const own = process.env.NODE_OPTIONS;
  ChildProcess.prototype.spawn = function (options) {
    const envPairs = options.envPairs?.map((pair) =>
      pair.startsWith('NODE_OPTIONS=') ? pair.replace('NODE_OPTIONS=', `NODE_OPTIONS=${own} `) : pair,
    );
    return spawn.call(this, { ...options, envPairs });
  };
}

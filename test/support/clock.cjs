// Moves the clock of a process by COSTWATCH_TEST_CLOCK milliseconds; clock.ts has it required before anything else.
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

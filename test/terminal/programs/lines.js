// 3,000 coloured lines, in bursts so that the live line is drawn in between.
const { setImmediate: pause } = require('node:timers/promises');

async function main() {
  for (let n = 1; n <= 3000; n++) {
    console.log(`\u001b[3${n % 8}mline ${n} ${'x'.repeat(n % 60)}\u001b[0m`);
    if (n % 5 === 0) await pause();
  }
}
main();

// A progress line that rewrites itself, waits for a key half-way, and ends with a line of its own.
let percent = 0;

function advance(last, then) {
  const timer = setInterval(() => {
    process.stdout.write(`\rprogress ${++percent} %`);
    if (percent < last) return;
    clearInterval(timer);
    then();
  }, 5);
}

process.stdin.setRawMode(true);
advance(50, () => {
  process.stdin.once('data', () => {
    advance(100, () => {
      console.log('\ndone');
      process.exit(0);
    });
  });
});

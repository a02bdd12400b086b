// Prints what each key stands for; lives until "q". Keys are not echoed.
const answers = {
  n: () => console.log('next'),
  p: () => process.stdout.write('part '),
  c: () => process.stdout.write('\u001b[2J\u001b[Hcleared\n'),
  r: () => process.stdout.write(`\u001b7\u001b[r\u001b8reset\n`),
  f: () => console.log(Array.from({ length: 60 }, (_, n) => `row ${n + 1}`).join('\n')),
  w: () => process.kill(process.ppid, 'SIGUSR2'),
  q: () => process.exit(0),
};

process.stdin.setRawMode(true).on('data', (keys) => {
  for (const key of String(keys)) answers[key]();
});
console.log('ready');

// Draws on the alternate screen, as editors and pagers do: "s" scrolls all but its status row, "l" leaves, "q" ends.
const { rows } = process.stdout;
const answers = {
  s: () => process.stdout.write(`\u001b[1;${rows - 1}r\u001b[${rows - 1};1H\nscrolled\u001b[r`),
  l: () => process.stdout.write('\u001b[?1049lafter\n'),
  q: () => process.exit(0),
};

console.log('before');
process.stdout.write('\u001b[?1049h\u001b[2J');
for (let row = 1; row < rows; row++) process.stdout.write(`\u001b[${row};1Hrow ${row}`);
process.stdout.write(`\u001b[${rows};1Hstatus\u001b[1;1H`);
process.stdin.setRawMode(true).on('data', (keys) => {
  for (const key of String(keys)) answers[key]();
});

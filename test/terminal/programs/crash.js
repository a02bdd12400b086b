process.stdout.write('half a line');
setTimeout(() => {
  throw new Error('the script failed');
}, 200);

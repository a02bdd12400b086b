// Needs a moment after Ctrl-C, and has an exit code of its own.
setInterval(() => {}, 1000);
process.on('SIGINT', () => {
  console.log('cleaned up');
  setTimeout(() => process.exit(5), 100);
});
console.log('ready');

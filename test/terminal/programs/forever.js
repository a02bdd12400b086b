setInterval(() => {}, 1000);
process.on('SIGCONT', () => console.log('continued'));
console.log('ready');

const { createInterface } = require('node:readline/promises');

async function main() {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  console.log(`Hello ${await prompt.question('Name? ')}`);
  prompt.close();
}
main();

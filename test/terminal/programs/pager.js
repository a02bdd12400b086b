// Shows 100 rows in a pager.
import { spawnSync } from 'node:child_process';

const input = Array.from({ length: 100 }, (_, n) => `row ${n + 1}\n`).join('');
console.log('before');
spawnSync('less', ['-S'], { input, stdio: ['pipe', 'inherit', 'inherit'] });
console.log('after');

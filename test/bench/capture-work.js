// The programs that the capture benchmark runs, each by its name as the first argument, and the server they talk to.
import { createServer } from 'node:http';

const MB = 1024 * 1024;
const SPEECH_MB = 50;
const CHUNKS = 20;
const ANSWER = JSON.stringify({
  candidates: [{ content: { parts: [{ text: 'Hello' }] } }],
  usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
  modelVersion: 'gemini-2.5-flash',
});
const [, , name, port, ...args] = process.argv;
const base = `http://127.0.0.1:${port}`;
const model = `${base}/v1beta/models/gemini-2.5-flash`;
const gemini = {
  method: 'POST',
  headers: { 'x-goog-api-key': 'k', 'content-type': 'application/json' },
  body: '{"contents":[{"parts":[{"text":"Hi"}]}]}',
};
const result = await { server, calls, stream, paused }[name]();
if (result) console.log(JSON.stringify(result));

function server() {
  let sent = 0;
  const serve = createServer((request, response) => {
    request.resume().once('end', () => {
      if (request.url === '/sent') response.end(String(sent));
      else if (request.url.startsWith('/v1/text-to-speech')) speak(response);
      else if (request.url.includes('streamGenerate')) drip(response);
      else response.setHeader('content-type', 'application/json').end(ANSWER);
    });
  });
  serve.listen(0, '127.0.0.1', () => console.log(serve.address().port));

  function speak(response) {
    sent = 0;
    response.setHeader('content-type', 'audio/mpeg');
    const chunk = Buffer.alloc(64 * 1024);
    const more = () => {
      while (sent < SPEECH_MB * MB) {
        sent += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      response.end();
    };
    more();
  }
}

/** Each chunk says when it was sent. */
function drip(response) {
  response.setHeader('content-type', 'text/event-stream');
  let count = 0;
  const timer = setInterval(() => {
    response.write(`data: {"at":${now()},"answer":${ANSWER}}\r\n\r\n`);
    if (++count < CHUNKS) return;
    clearInterval(timer);
    response.end();
  }, 20);
}

async function calls() {
  const [count, concurrency] = args.map(Number);
  let left = count;
  const start = process.cpuUsage();
  const startedAt = performance.now();
  const worker = async () => {
    while (left-- > 0) await (await fetch(`${model}:generateContent`, gemini)).text();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(start);
  return { cpu: (user + system) / 1000, wall: performance.now() - startedAt };
}

async function stream() {
  // The first fetch of a process loads much that is not to be measured.
  await (await fetch(`${base}/sent`)).text();
  const start = now();
  const response = await fetch(`${model}:streamGenerateContent?alt=sse`, gemini);
  const first = now() - start;
  const delays = [];
  for await (const chunk of response.body) delays.push(now() - Number(/"at":([\d.]+)/.exec(Buffer.from(chunk))[1]));
  return { first, delay: delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] };
}

/** Reads 1 MB of a long speech and then nothing more for a while. */
async function paused() {
  const url = `${base}/v1/text-to-speech/voice/stream`;
  const response = await fetch(url, { ...gemini, headers: { 'xi-api-key': 'k' }, body: '{"text":"Hi"}' });
  const reader = response.body.getReader();
  for (let read = 0; read < MB; ) read += (await reader.read()).value.length;
  await new Promise((later) => setTimeout(later, 700));
  // What is kept, not what waits to be collected: buffers are swept after the collection that finds them.
  for (let times = 0; times < 2; times++) {
    globalThis.gc();
    await new Promise((later) => setTimeout(later, 300));
  }
  const { external } = process.memoryUsage();
  const sent = Number(await (await fetch(`${base}/sent`)).text());
  await reader.cancel();
  return { external, sent };
}

/** Milliseconds since 1970, the same clock in all processes. */
function now() {
  return performance.timeOrigin + performance.now();
}

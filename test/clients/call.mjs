// node call.mjs <client>...   one call with each real client; says what came of it, and in how many parts
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';

const base = process.env.STUB_URL;
const tlsBase = process.env.STUB_TLS_URL;
const apiKey = 'secret-key';
const model = 'gemini-2.5-flash';
const prompt = 'secret prompt';
const path = `/v1beta/models/${model}:streamGenerateContent?alt=sse`;
const request = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-goog-api-key': apiKey },
  body: JSON.stringify({ contents: [{ parts: [{ text: prompt }] }] }),
};

const genai = (name) => async () => {
  const { GoogleGenAI } = await import(name);
  const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });
  return texts(await models.generateContentStream({ model, contents: prompt }), (chunk) => chunk.text);
};
const undici = (name) => async () => {
  const { request: ask } = await import(name);
  return (await ask(base + path, request)).body;
};
const undiciFetch = (name) => async () => (await (await import(name)).fetch(base + path, request)).body;

const clients = {
  genai1: genai('genai1'),
  genai2: genai('genai2'),
  genai3: genai('genai3'),
  'generative-ai': async () => {
    const { GoogleGenerativeAI } = await import('@google/generative-ai');
    const asked = new GoogleGenerativeAI(apiKey).getGenerativeModel({ model }, { baseUrl: base });
    return texts((await asked.generateContentStream(prompt)).stream, (chunk) => chunk.text());
  },
  langchain: async () => {
    const { ChatGoogleGenerativeAI } = await import('@langchain/google-genai');
    const chat = new ChatGoogleGenerativeAI({ model, apiKey, baseUrl: base });
    return texts(await chat.stream(prompt), (chunk) => chunk.content);
  },
  'ai-sdk': async () => {
    const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
    const { streamText } = await import('ai');
    const google = createGoogleGenerativeAI({ apiKey, baseURL: `${base}/v1beta` });
    return texts(streamText({ model: google(model), prompt }).textStream, (text) => text);
  },
  genkit: async () => {
    const { genkit } = await import('genkit');
    const { googleAI } = await import('@genkit-ai/google-genai');
    const ai = genkit({ plugins: [googleAI({ apiKey, baseUrl: base })] });
    return texts(ai.generateStream({ model: googleAI.model(model), prompt }).stream, (chunk) => chunk.text);
  },
  openai: async () => {
    const { OpenAI } = await import('openai');
    const { chat } = new OpenAI({ apiKey, baseURL: `${base}/v1beta/openai/` });
    const messages = [{ role: 'user', content: prompt }];
    const stream = await chat.completions.create({ model, messages, stream: true });
    return texts(stream, (chunk) => chunk.choices[0]?.delta.content ?? '');
  },
  fetch: async () => (await fetch(base + path, request)).body,
  undici5: undici('undici5'),
  undici6: undici('undici6'),
  undici7: undici('undici7'),
  undici8: undici('undici8'),
  'undici6 fetch': undiciFetch('undici6'),
  'undici7 fetch': undiciFetch('undici7'),
  'undici8 fetch': undiciFetch('undici8'),
  axios: async () => {
    const { default: axios } = await import('axios');
    return (await axios.post(base + path, request.body, { headers: request.headers, responseType: 'stream' })).data;
  },
  'axios fetch': async () => {
    const { default: axios } = await import('axios');
    const options = { headers: request.headers, responseType: 'stream', adapter: 'fetch' };
    return (await axios.post(base + path, request.body, options)).data;
  },
  got: async () => (await import('got')).default.stream(base + path, request),
  http2: async () => {
    const session = (await import('node:http2')).connect(process.env.STUB_HTTP2_URL);
    const stream = session.request({ ':method': 'POST', ':path': path, ...request.headers });
    return stream.end(request.body);
  },
  'got over HTTP/2': async () => (await import('got')).default.stream(tlsBase + path, { ...request, http2: true }),
  https: async () => {
    const { request: ask } = await import('node:https');
    const { method, headers, body } = request;
    return new Promise((resolve, reject) =>
      ask(tlsBase + path, { method, headers }, resolve)
        .on('error', reject)
        .end(body),
    );
  },
  vertexai: async () => {
    const { VertexAI } = await import('@google-cloud/vertexai');
    const googleAuthOptions = { authClient: authClientFor('@google-cloud/vertexai') };
    const vertex = new VertexAI({
      project: 'p',
      location: 'us-central1',
      apiEndpoint: new URL(tlsBase).host,
      googleAuthOptions,
    });
    const asked = vertex.getGenerativeModel({ model });
    return texts(
      (await asked.generateContentStream(prompt)).stream,
      ({ candidates }) => candidates[0].content.parts[0].text,
    );
  },
  'langchain vertexai': async () => {
    const { ChatVertexAI } = await import('@langchain/google-vertexai');
    const authOptions = { projectId: 'p', authClient: authClientFor('@langchain/google-gauth') };
    const chat = new ChatVertexAI({ model, location: 'us-central1', endpoint: new URL(tlsBase).host, authOptions });
    return texts(await chat.stream(prompt), (chunk) => chunk.content);
  },
  'node-fetch': async () => (await (await import('node-fetch')).default(base + path, request)).body,
  elevenlabs1: async () => {
    const { ElevenLabsClient } = await import('elevenlabs');
    const client = new ElevenLabsClient({ apiKey, environment: { base } });
    return client.textToSpeech.convertAsStream('21m00Tcm4TlvDq8ikWAM', { text: prompt, model_id: 'eleven_flash_v2_5' });
  },
  elevenlabs2: async () => {
    const { ElevenLabsClient } = await import('@elevenlabs/elevenlabs-js');
    const client = new ElevenLabsClient({ apiKey, baseUrl: base });
    return client.textToSpeech.stream('21m00Tcm4TlvDq8ikWAM', { text: prompt, modelId: 'eleven_flash_v2_5' });
  },
  'genai2 live': async () => {
    const { GoogleGenAI } = await import('genai2');
    const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } });
    const parts = [];
    let done;
    const finished = new Promise((resolve) => {
      done = resolve;
    });
    const onmessage = ({ serverContent }) => {
      if (serverContent?.modelTurn) parts.push(serverContent.modelTurn.parts[0].text);
      if (serverContent?.turnComplete) done();
    };
    const session = await ai.live.connect({ model, callbacks: { onmessage, onerror: done } });
    session.sendClientContent({ turns: [{ role: 'user', parts: [{ text: prompt }] }], turnComplete: true });
    await finished;
    session.close();
    return parts.map((part) => Buffer.from(part));
  },
  ws: async () => speakOver((await import('ws')).WebSocket),
  'global WebSocket': async () => speakOver(globalThis.WebSocket),
  'undici7 WebSocket': async () => speakOver((await import('undici7')).WebSocket),
};

/** Signed in already, so that no token is asked for; from the very library that the package uses. */
function authClientFor(name) {
  const { OAuth2Client } = createRequire(import.meta.resolve(name))('google-auth-library');
  const client = new OAuth2Client();
  client.setCredentials({ access_token: 'secret-token' });
  return client;
}

async function texts(stream, textOf) {
  const parts = [];
  for await (const chunk of stream) parts.push(Buffer.from(textOf(chunk)));
  return parts;
}

/** Speech of ElevenLabs over a WebSocket. */
async function speakOver(WebSocket) {
  const url = `${base.replace('http', 'ws')}/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/stream-input?model_id=eleven_flash_v2_5`;
  const socket = new WebSocket(url);
  const parts = [];
  await new Promise((resolve, reject) => {
    socket.addEventListener('error', reject);
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ text: ' ', xi_api_key: apiKey }));
      socket.send(JSON.stringify({ text: 'A secret said softly. ' }));
      socket.send(JSON.stringify({ text: '' }));
    });
    socket.addEventListener('message', ({ data }) => {
      const { audio, isFinal } = JSON.parse(data);
      if (audio) parts.push(Buffer.from(audio, 'base64'));
      if (isFinal) socket.close();
    });
    socket.addEventListener('close', resolve);
  });
  return parts;
}

/** The number of parts of a raw stream is the network's; a client's own are the server's. */
async function outcome(answer) {
  const hash = createHash('md5');
  let count = 0;
  let size = 0;
  for await (const part of Array.isArray(answer) ? answer : Readable.from(answer)) {
    count++;
    size += part.length;
    hash.update(part);
  }
  return `${Array.isArray(answer) ? count : 'stream'} ${size} ${hash.digest('hex')}`;
}

let report = '';
for (const name of process.argv.slice(2)) report += `${name}: ${await outcome(await clients[name]())}\n`;
process.stdout.write(report);
process.exit(0);

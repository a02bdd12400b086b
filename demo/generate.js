// A small picture book: a story, three panels and its narration, made with Gemini and ElevenLabs.
// `costwatch demo` runs it against a local API. With keys of your own it runs as it is:
//   GEMINI_API_KEY=… ELEVENLABS_API_KEY=… costwatch run -- node generate.js
import { setTimeout as delay } from 'node:timers/promises';
import { GoogleGenAI } from '@google/genai';

const WRITER = 'gemini-3.5-flash-lite';
const EDITOR = 'gemini-3.8-flash';
const PAINTER = 'gemini-nano-banana-2.1';
const SPEAKER = 'gemini-3.8-flash-tts';
const RACHEL = '21m00Tcm4TlvDq8ikWAM';

// Reads GEMINI_API_KEY and GOOGLE_GEMINI_BASE_URL.
const ai = new GoogleGenAI({});
const elevenLabsUrl = process.env.ELEVENLABS_BASE_URL || 'https://api.elevenlabs.io';

const draft = await step('Writing the story', () => write('A lighthouse keeper sings a ship home through the fog.'));
const story = await step('Polishing it', () => polish(draft));
const panels = story.split('\n\n');
for (const [index, panel] of panels.entries()) {
  await step(`Drawing panel ${index + 1} of ${panels.length}`, () => withRetry(() => draw(panel)));
}
await step('Speaking the title', () => announce('The Lamp and the Song'));
const sentences = panels.map((panel) => panel.match(/^.+?[.!?]"?(?=\s)/)?.[0] ?? panel);
for (const [index, sentence] of sentences.entries()) {
  await step(`Narrating line ${index + 1} of ${sentences.length}`, () => narrate(sentence));
}
console.log('The picture book is finished.');

async function write(idea) {
  const answer = await ai.models.generateContent({
    model: WRITER,
    contents: `Write a short story for children in three paragraphs. ${idea}`,
  });
  return answer.text;
}

async function polish(text) {
  const stream = await ai.models.generateContentStream({
    model: EDITOR,
    config: { systemInstruction: 'You edit picture books. Keep three paragraphs; answer with the text alone.' },
    contents: `Make this read well aloud:\n\n${text}`,
  });
  let polished = '';
  for await (const chunk of stream) {
    polished += chunk.text ?? '';
    process.stdout.write('.');
  }
  return polished;
}

async function draw(panel) {
  const answer = await ai.models.generateContent({
    model: PAINTER,
    contents: `A watercolour picture, soft light: ${panel}`,
    config: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: '1:1', imageSize: '1K' } },
  });
  return bytesOf(answer);
}

async function announce(title) {
  const answer = await ai.models.generateContent({
    model: SPEAKER,
    contents: `Say slowly, as if opening a book: ${title}`,
    config: {
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
    },
  });
  return bytesOf(answer);
}

function bytesOf(answer) {
  const part = answer.candidates?.[0]?.content?.parts?.find(({ inlineData }) => inlineData);
  return Buffer.from(part?.inlineData?.data ?? '', 'base64');
}

async function narrate(text) {
  const response = await fetch(`${elevenLabsUrl}/v1/text-to-speech/${RACHEL}/stream`, {
    method: 'POST',
    headers: { 'xi-api-key': process.env.ELEVENLABS_API_KEY ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ text, model_id: 'eleven_multilingual_v2' }),
  });
  if (!response.ok) throw new Error(`ElevenLabs answered ${response.status}: ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

async function withRetry(call) {
  try {
    return await call();
  } catch (error) {
    if (error.status !== 429) throw error;
    process.stdout.write('busy, once more… ');
    await delay(process.env.COSTWATCH_DEMO_SPEED === 'fast' ? 0 : 1000);
    return call();
  }
}

async function step(name, work) {
  process.stdout.write(`${name}… `);
  const result = await work();
  console.log('done');
  return result;
}

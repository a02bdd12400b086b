const SENTENCES = [
  'The lamp in the library flickers as the old man closes the book.',
  'Panel 3: "You should not have come back," he says without turning.',
  'Rain drums on the tin roof; somewhere below, a door slams.\n\n',
  'Elle regarde par la fenêtre et se tait, déjà lointaine.',
  'Der Müller zählt die Säcke, während draußen der Hund bellt.',
  '少年は静かに剣を抜いた。風が止んだ。',
  '요청을 받아들인 그는 조용히 고개를 숙였다.',
  'Cut to black 🎬 and hold for two beats.',
  '1. Opening shot\n2. Close-up of the "letter"\n3. C:\\scenes\\ending.png',
  'Short answer: yes.',
  'A narrow street at dusk, lanterns swaying, the smell of grilled fish in the air and nobody in sight.',
  'const panel = layout.find((each) => each.id === "s1_p02"); // the wide one',
];

/** What a model may say: mostly short, in several languages, with quotes, newlines and backslashes. */
export function prose(random) {
  const count = random.chance(0.1) ? random.between(4, 10) : random.between(1, 2);
  return Array.from({ length: count }, () => random.pick(SENTENCES)).join(' ');
}

/** As Python's `json.dumps` writes it: blanks between, `5.6e-05`, and nothing but ASCII. */
export function pythonJson(value) {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'number') return pythonNumber(value);
  if (typeof value !== 'object' || value === null) return escaped(JSON.stringify(value));
  const members = Object.entries(value).map(([key, each]) => `${escaped(JSON.stringify(key))}: ${pythonJson(each)}`);
  return `{${members.join(', ')}}`;
}

/** The same JSON with all letters beyond ASCII as `\u00e9`. */
export function escaped(json) {
  return json.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function pythonNumber(value) {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}

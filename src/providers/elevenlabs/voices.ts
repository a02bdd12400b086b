/** Names of the premade voices, whose ids are the same in every account. */
const PREMADE: Record<string, string> = {
  '21m00Tcm4TlvDq8ikWAM': 'Rachel',
  '9BWtsMINqrJLrRacOk9x': 'Aria',
  AZnzlk1XvdvUeBnXmlld: 'Domi',
  CwhRBWXzGAHq8TQ4Fs17: 'Roger',
  EXAVITQu4vr4xnSDxMaL: 'Sarah',
  ErXwobaYiN019PkySvjV: 'Antoni',
  FGY2WhTYpPnrIDTdsKH5: 'Laura',
  IKne3meq5aSn9XLyUdCD: 'Charlie',
  JBFqnCBsd6RMkjVDRZzb: 'George',
  MF3mGyEYCl7XYWbV9V6O: 'Elli',
  N2lVS1w4EtoT3dr4eOWO: 'Callum',
  SAz9YHcvj6GT2YYXdXww: 'River',
  TX3LPaxmHKxFdv7VOQHJ: 'Liam',
  TxGEqnHWrfWFTfGW9XjX: 'Josh',
  VR6AewLTigWG4xSOukaG: 'Arnold',
  XB0fDUnXU5powFXDhCwa: 'Charlotte',
  Xb7hH8MSUJpSbSDYk0k2: 'Alice',
  XrExE9yKIg1WjnnlVkGX: 'Matilda',
  bIHbv24MWmeRgasZH58o: 'Will',
  cgSgspJ2msm6clMCkdW9: 'Jessica',
  cjVigY5qzO86Huf0OWal: 'Eric',
  iP95p4xoKVk53GoZ742B: 'Chris',
  nPczCjzI2devNBz1zQrb: 'Brian',
  onwK4e9ZLuTAKqWW03F9: 'Daniel',
  pFZP5JQG7iQjIQuC4Bku: 'Lily',
  pNInz6obpgDQGcFmaJgB: 'Adam',
  pqHfZKP75CvOlQylNhV4: 'Bill',
  yoZ06aMxZJJ28mfd3POQ: 'Sam',
};

/** The name of a premade voice, else the id as it is. */
export function voiceName(id: string): string {
  return Object.hasOwn(PREMADE, id) ? PREMADE[id]! : id;
}

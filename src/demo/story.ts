/** What the local models answer to every text prompt, whole or cut to `maxOutputTokens`. */
export const STORY = `Every evening Mara climbed the ninety-one steps of the lighthouse and lit the lamp. \
On the night of the great fog the lamp would not catch, and she could hear a ship calling from beyond the reef. \
So she opened the window and sang, the one long song her grandmother had taught her, until her voice was a beam of its own.

The ship turned. Its bell answered her, once for every verse, and came slowly round the black teeth of the rocks. \
By morning the fog had gone out with the tide, and a small boat lay on the sand below the tower. \
In it stood a boy with a brass lamp in his arms, polished so bright that the gulls flew up to look at themselves.

"My captain sends you this," he said, "because yours is broken, and because he wants to hear the end of the song." \
Mara laughed, and set the lamp in its place, and that night she sang the last verse with the light already burning.`;

/** Cuts a text into pieces of a few words, as a model streams it. They add up to the text. */
export function pieces(text: string, words = 9): string[] {
  return text.match(new RegExp(`(?:\\S+\\s*){1,${words}}|\\s+`, 'g')) ?? [];
}

import { plain } from '../../core/text.ts';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text from outside, safe between tags and in quoted attributes. */
export function html(text: string): string {
  return plain(text, 1000).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

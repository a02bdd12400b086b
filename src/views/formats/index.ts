import type { View } from '../view.ts';

/** Every `--format`, loaded when it is asked for. To add one, see CONTRIBUTING. */
export const formats: Record<string, () => Promise<View>> = {
  table: async () => (await import('../report/table.ts')).reportTable,
  json: async () => (await import('./json.ts')).jsonView,
  csv: async () => (await import('./csv.ts')).csvView,
  md: async () => (await import('./markdown.ts')).markdownView,
  html: async () => (await import('../html/page.ts')).htmlView,
};

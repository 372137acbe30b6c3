/** Reads rule pages: their sections and the files that samples consist of. */

/** Sections that every rule page has, in order. */
export const PAGE_SECTIONS = [
  'Overview',
  'Why it matters',
  'Incorrect',
  'Correct',
  'How to fix',
  'When not to use it',
  'Limits',
  'References',
] as const;

export type PageSection = (typeof PAGE_SECTIONS)[number];

/** Text of each section by its heading, in order. */
export function sectionsOf(page: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let heading: string | null = null;
  let lines: string[] = [];
  let isFenced = false;
  const close = (): void => {
    if (heading !== null) sections.set(heading, lines.join('\n').trim());
  };
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) isFenced = !isFenced;
    if (!isFenced && line.startsWith('## ')) {
      close();
      heading = line.slice(3).trim();
      lines = [];
    } else lines.push(line);
  }
  close();
  return sections;
}

const FENCE = /^```\w+ (\S+)\n([\s\S]*?)^```$/gm;

/** Files of a section by path: fenced blocks whose info string has a file name after the language. */
export function filesIn(section: string): ReadonlyMap<string, string> {
  return new Map([...section.matchAll(FENCE)].map(([, file = '', text = '']) => [file, text]));
}

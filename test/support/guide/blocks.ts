import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '../../../docs');

/** A code block of a page, in the order of the page. */
export interface Block {
  /** For example `publish-3`: the page and the line. */
  readonly name: string;
  readonly language: string;
  readonly code: string;
  /** The file into which the reader is told to save it. */
  readonly file: string | undefined;
  /** Code of another product, which is not installed here. */
  readonly isForeign: boolean;
}

/** The pages whose every block is tested, in the order in which a newcomer reads them. */
export const PAGES = [
  'README',
  'getting-started',
  'live',
  'publish',
  'permissions',
  'deploy',
  'reliability',
  'performance',
  ...readdirSync(join(DOCS, 'coming-from'))
    .map((name) => `coming-from/${name.replace('.md', '')}`)
    .toSorted(),
] as const;

export const textOf = (page: string): string => readFileSync(join(DOCS, `${page}.md`), 'utf8');

export function blocksOf(page: string): Block[] {
  const text = textOf(page);
  return [...text.matchAll(/^```(\S*)\n([^]*?)^```$/gm)].map(({ 1: language = '', 2: code = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    return {
      name: `${page.replace('/', '-')}-${line}`,
      language,
      code,
      file: /^\/\/ (\S+\.mjs)\n/.exec(code)?.[1],
      isForeign: /^(?:\/\/|#|--) (?:Pusher|Supabase|Svix|smee)\n/.test(code),
    };
  });
}

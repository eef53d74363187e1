import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The anchor that GitHub gives a heading, so that a link to it works there and on the site. */
export const githubSlug = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/** @returns the anchors of each page of the built site, by the path of the page */
export function anchorsOf(directory) {
  const pages = readdirSync(directory, { recursive: true }).filter((name) => name.endsWith('.html'));
  return Object.fromEntries(
    pages.map((name) => {
      const html = readFileSync(join(directory, name), 'utf8');
      const content = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
      const ids = [...content.matchAll(/<(?:h[1-6]|a) id="([^"]+)"/g)].map(([, id]) => id);
      return [name.replaceAll('\\', '/').replace(/\.html$/, ''), ids];
    }),
  );
}

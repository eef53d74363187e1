import { posix, relative, sep } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;

/** The Markdown files outside of docs/ that are pages of the site. */
const OTHERS = {
  'backend/README.md': 'backend.md',
  'docs/README.md': 'index.md',
  'client/README.md': 'client.md',
  'bench/README.md': 'bench.md',
};

/** @returns the page of the site that a Markdown file of the repository becomes; undefined for a file that is none */
export function sitePathOf(file) {
  return OTHERS[file] ?? (/^docs\/.*\.md$/.test(file) ? file.slice('docs/'.length) : undefined);
}

/** A rule of markdown-it: relative links lead to pages of the site; a link to any other file becomes its text. */
export function linkToSite({ tokens, env }) {
  const directory = posix.dirname(relative(ROOT, env.realPath ?? env.path).replaceAll(sep, '/'));
  for (const { children } of tokens) {
    if (children === null) continue;
    const isClosed = [];
    for (const token of children) {
      if (token.type === 'link_open') isClosed.push(changeHref(token, directory));
      else if (token.type === 'link_close' && isClosed.pop() === false) token.hidden = true;
    }
    const left = children.filter(({ type, hidden }) => !hidden || !type.startsWith('link_'));
    children.splice(0, children.length, ...left);
  }
}

/** @returns false when the link is to be removed */
function changeHref(token, directory) {
  const href = token.attrGet('href');
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return true;
  const [path, hash] = href.split('#');
  const page = sitePathOf(posix.join(directory, path));
  if (page === undefined) token.hidden = true;
  else token.attrSet('href', `/${page}${hash === undefined ? '' : `#${hash}`}`);
  return page !== undefined;
}

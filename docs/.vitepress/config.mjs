import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig } from 'vitepress';
import { sidebar } from './navigation.mjs';
import { anchorsOf, githubSlug } from './anchors.mjs';
import { linkToSite, sitePathOf } from './site-links.mjs';

/** The server replaces it below a path of a proxy: see src/platform/http/server/guide-files.ts. */
const BASE = '/docs/guide/';

export default defineConfig({
  title: 'Tidings',
  description: 'Webhooks in, live updates out.',
  lang: 'en',
  base: BASE,
  cleanUrls: true,
  ignoreDeadLinks: 'localhostLinks',
  // The pages are the Markdown files of the repository, so that they read the same there.
  srcDir: '..',
  srcExclude: ['*.md', '!(docs|client|backend|bench)/**', 'docs/.vitepress/**'],
  rewrites: (page) => sitePathOf(page),
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${BASE}icon.svg` }]],
  markdown: {
    // The contrast of WCAG AA, also for comments.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: githubSlug },
    config(md) {
      md.core.ruler.push('repository-links', linkToSite);
    },
  },
  vite: {
    // The Content-Security-Policy allows fonts of this origin only.
    build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1_000 },
  },
  themeConfig: {
    sidebar,
    outline: [2, 3],
    search: { provider: 'local', options: { _render: searchable } },
  },
  transformPageData(page) {
    // Two blocks of code side by side need the width of the outline.
    if (page.relativePath.startsWith('coming-from/')) page.frontmatter.aside = false;
  },
  transformHtml: (html, _id, { siteConfig }) => withoutInlineScripts(html, siteConfig.outDir),
  buildEnd({ outDir }) {
    copyFileSync(new URL('../../dashboard/public/icon.svg', import.meta.url), join(outDir, 'icon.svg'));
    writeFileSync(join(outDir, 'anchors.json'), JSON.stringify(anchorsOf(outDir), null, 1));
    leaveCompressed(outDir);
  },
});

/** Decisions are reached by links from the pages that they explain; in results they would hide these pages. */
function searchable(source, env, md) {
  return env.relativePath.includes('adr/') ? '' : md.render(source, env);
}

/** The Content-Security-Policy allows no inline script: each becomes a file, in the same place of the page. */
function withoutInlineScripts(html, outDir) {
  return html.replace(/<script(?![^>]*\ssrc=)([^>]*)>([^]*?)<\/script>/g, (_, attributes, code) => {
    const hash = createHash('sha256').update(code).digest('hex').slice(0, 8);
    const path = `assets/inline.${hash}.js`;
    mkdirSync(dirname(join(outDir, path)), { recursive: true });
    writeFileSync(join(outDir, path), code);
    return `<script${attributes} src="${BASE}${path}"></script>`;
  });
}

/** The server sends these files as they are, and the image has no second form of them. */
function leaveCompressed(outDir) {
  for (const name of readdirSync(outDir, { recursive: true })) {
    if (!/\.(?:html|js|css|json|svg)$/.test(name)) continue;
    const path = join(outDir, name);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    rmSync(path);
  }
}

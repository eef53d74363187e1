import type { Browser, Page } from 'playwright-core';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { RunningTidings } from './app.js';
import { ADMIN } from './app.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface Person {
  readonly email: string;
  readonly password: string;
}

export interface WindowOptions {
  readonly theme?: 'light' | 'dark';
  /** In CSS pixels; 375 is a phone. */
  readonly width?: number;
}

/** A window of the dashboard with a session of its own. */
export async function openDashboard(
  browser: Browser,
  tidings: Pick<RunningTidings, 'url'>,
  path = '/',
  { theme = 'light', width = 1280 }: WindowOptions = {},
  person: Person = ADMIN,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: theme });
  const page = await context.newPage();
  await page.goto(`${tidings.url}${path}`);
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('[data-state="open"]').waitFor();
  return page;
}

/** The violations of WCAG 2.2 AA that axe finds on the page: an empty list, as a rule. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  // The Content-Security-Policy allows no inline script; the debugger may evaluate one all the same.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          context: Document,
          options: object,
        ): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run((globalThis as unknown as { document: Document }).document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

const IMAGES = join(import.meta.dirname, '../../docs/images');

/** Renews a picture of the documents, two windows side by side: only for `npm run pictures`, which sets PICTURES. */
export async function takePicture(name: string, ...windows: readonly [Page, Page?]): Promise<void> {
  if (process.env['PICTURES'] === undefined) return;
  mkdirSync(IMAGES, { recursive: true });
  writeFileSync(join(IMAGES, `${name}.png`), await pictureOf(windows));
}

async function pictureOf([one, other]: readonly [Page, Page?]): Promise<Buffer> {
  const left = await one.screenshot();
  if (other === undefined) return left;
  const pictures = [left, await other.screenshot()].map((picture) => picture.toString('base64'));
  const sheet = await one.context().newPage();
  const { width, height } = one.viewportSize() ?? { width: 1280, height: 800 };
  // The upper half of two windows is as wide as a page of the documents.
  await sheet.setViewportSize({ width: 2 * width + 8, height: height / 2 });
  await sheet.setContent(
    `<body style="margin:0;display:flex;gap:8px;background:#888">${pictures.map((data) => `<img src="data:image/png;base64,${data}">`).join('')}`,
  );
  const both = await sheet.screenshot();
  await sheet.close();
  return both;
}

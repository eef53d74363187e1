/**
 * Starts the built server with simulated webhooks, measures its dashboard in Chromium, takes the screenshots of the
 * documents, and writes the figures into docs/dashboard.md: `node scripts/dashboard-figures.mjs`, after a build.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const SCREENS = [
  'overview',
  'live',
  'deliveries',
  'sources',
  'endpoints',
  'channels',
  'people',
  'tasks',
  'documents',
  'status',
  'notifications',
  'connections',
  'system',
  'settings',
  'playground',
  'account',
];
/** Shown in docs/dashboard.md, beside the pictures of `npm run pictures`. */
const SHOWN = ['live', 'deliveries'];
const SENDERS = ['github', 'stripe', 'shopify', 'slack'];
const PERSON = { email: 'ann@example.com', password: 'correct horse battery staple' };
const IMAGES = 'docs/images';
const PAGE = 'docs/dashboard.md';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function startServer(dataDir) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: dataDir,
      ADMIN_EMAIL: PERSON.email,
      ADMIN_PASSWORD: PERSON.password,
    },
    stdio: 'ignore',
  });
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, child };
}

async function openPage(browser, url, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel('E-mail').fill(PERSON.email);
  await page.getByLabel('Password').fill(PERSON.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('[data-state="open"]').waitFor();
  return page;
}

/** Bytes over the network and milliseconds until the sign-in can be used, without a cache. */
async function firstLoad(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  let bytes = 0;
  page.on('requestfinished', async (request) => {
    const { responseBodySize } = await request.sizes();
    bytes += responseBodySize;
  });
  const begin = performance.now();
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.getByLabel('E-mail').fill('x');
  const readyMs = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domComplete);
  const totalMs = performance.now() - begin;
  await context.close();
  return { bytes, readyMs, totalMs };
}

async function violationsOn(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    return violations.map(({ id }) => id);
  });
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];

const dataDir = mkdtempSync(join(tmpdir(), 'tidings-dashboard-'));
const { url, child } = await startServer(dataDir);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const sender of SENDERS) {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/simulate.mjs', sender, '--url', url], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, ADMIN_EMAIL: PERSON.email, ADMIN_PASSWORD: PERSON.password },
    });
    if (status !== 0) throw new Error(`simulate ${sender}: ${stderr}`);
  }
  const loads = [];
  for (let round = 0; round < 5; round++) loads.push(await firstLoad(browser, url));
  const page = await openPage(browser, url);
  await page.waitForURL(/\/w\//);
  const workspace = new URL(page.url()).pathname.split('/')[2];
  mkdirSync(IMAGES, { recursive: true });
  const rows = [];
  for (const screen of SCREENS) {
    const begin = performance.now();
    await page.goto(`${url}/w/${workspace}/${screen}`, { waitUntil: 'networkidle' });
    await page.locator('h1').first().waitFor();
    const ms = performance.now() - begin;
    const violations = await violationsOn(page);
    rows.push([screen, String(Math.round(ms)), String(violations.length)]);
    if (violations.length > 0) console.log(`${screen}: ${violations.join(', ')}`);
    if (SHOWN.includes(screen)) await page.screenshot({ path: join(IMAGES, `${screen}.png`) });
  }
  const text = [
    `First load: ${Math.round(median(loads.map(({ bytes }) => bytes)) / 1024)} KiB over the network, usable after`,
    `${Math.round(median(loads.map(({ readyMs }) => readyMs)))} ms on the local server (medians of five loads without a cache).`,
    '',
    '| screen | reload until the network is idle, in ms | violations of WCAG 2.2 AA found by axe |',
    '| --- | ---: | ---: |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
  const [before] = readFileSync(PAGE, 'utf8').split('\n## Figures');
  writeFileSync(
    PAGE,
    `${before.trimEnd()}\n\n## Figures\n\n\`node scripts/dashboard-figures.mjs\` measures these and renews the pictures of Live and Deliveries; \`npm run pictures\`\nrenews the others by the browser tests.\n\n${text}\n`,
  );
  spawnSync('npx', ['oxfmt', PAGE]);
  console.log(text);
} finally {
  await browser.close();
  child.kill();
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true });
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { folderWith } from './work-folder.mjs';

const START_WITHIN_MS = 240_000;
const ARRIVE_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 30_000;

/** The example of the README, between the values that it assumes. */
function readmeExample(root, url) {
  const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```js\n([^]*?)```/g)];
  const example = blocks.map(([, code]) => code).find((code) => code.includes('new TidingsClient'));
  assert.ok(example?.includes("'http://localhost:3000'"), 'README.md has an example of the client');
  return `const { url, email, password, workspaceId } = JSON.parse(process.argv[2]);
const ask = async (path, init) => (await fetch(url + path, init)).json();
const body = JSON.stringify({ email, password });
const headers = { 'content-type': 'application/json' };
const { accessToken } = await ask('/v1/auth/login', { method: 'POST', headers, body });
const list = '/v1/workspaces/' + workspaceId + '/events?latest=1&channel=webhooks:' + workspaceId;
const { position } = await ask(list, { headers: { authorization: 'Bearer ' + accessToken } });
const show = (title) => console.log('shown: ' + title);
${example.replace('http://localhost:3000', url)}
client.onStatus(({ state, via }) => console.log('status: ' + state + ' ' + via));`;
}

/** Waits for a condition. @throws Error with `what` and the output of the process */
async function eventually(condition, what, { withinMs, output, child }) {
  for (const startedAt = performance.now(); performance.now() - startedAt < withinMs; await delay(100)) {
    if (await condition()) return;
    if (child !== undefined && child.exitCode !== null) break;
  }
  throw new Error(`${what}:\n${output()}`);
}

function follow(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  return { child, output: () => text };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

const answers = (url) =>
  fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );

/**
 * `tidings start` comes up in an empty folder, takes a webhook, and the example of the README shows it. It then ends at
 * a signal, together with its database.
 * @param {string[]} command the arguments of Node that run `tidings start`
 * @param {{ folder: string, libraries: string, root: string }} where an empty folder, and one with the client installed
 */
export async function checkServer(tools, command, { folder, libraries, root }) {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const env = { ...tools.environment, PORT: String(port) };
  const { child, output } = follow(tools.node, command, { cwd: folder, env });
  try {
    const limits = { withinMs: START_WITHIN_MS, output, child };
    await eventually(() => answers(`${url}/health/ready`), 'the server is not ready', limits);
    await eventually(() => /password +\S+/.test(output()), 'no password is printed', limits);
    assert.ok(output().includes(url), output());
    assert.ok(!output().includes('npm run'), 'the welcome names no script of the repository');
    assert.match(await (await fetch(url)).text(), /<title>/);
    const welcome = JSON.parse(readFileSync(join(folder, '.tidings/first-start.json'), 'utf8'));
    await checkExample(tools, { welcome, url, libraries, root });
    await stop(child, output, { url, folder });
    await checkPrograms(command.slice(0, -1), { tools, folder });
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}

/** The other programs of the server run with the same settings. */
async function checkPrograms(command, { tools, folder }) {
  const run = (...args) => tools.run(folder, ...command, ...args);
  assert.match(await run('migrate', '--plan'), /No migration is pending/);
  assert.match(await run('backup', 'all.backup'), /all\.backup: \d+ rows/);
  assert.ok(existsSync(join(folder, 'all.backup')));
}

async function checkExample(tools, { welcome, url, libraries, root }) {
  const text = `A parcel at ${new Date().toISOString()}`;
  folderWith(libraries, { 'example.mjs': readmeExample(root, url) });
  const { child, output } = follow(tools.node, ['example.mjs', JSON.stringify(welcome)], {
    cwd: libraries,
    env: tools.environment,
  });
  try {
    const limits = { withinMs: ARRIVE_WITHIN_MS, output, child };
    await eventually(() => output().includes('status: open'), 'the client does not connect', limits);
    const response = await fetch(welcome.openSourceUrl, { method: 'POST', body: text });
    assert.equal(response.status, 202);
    await eventually(() => output().includes(`shown: ${text}`), 'the webhook does not arrive', limits);
  } finally {
    child.kill();
  }
}

async function stop(child, output, { url, folder }) {
  const postmaster = join(folder, '.tidings/postgres/data/postmaster.pid');
  assert.ok(existsSync(postmaster), 'the database is in the folder');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  const limits = { withinMs: STOP_WITHIN_MS, output };
  await eventually(async () => !(await answers(`${url}/health/live`)), 'the server does not end', limits);
  await eventually(() => !existsSync(postmaster), 'the database does not end', limits);
}

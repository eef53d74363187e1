import colors from 'picocolors';
import { answer } from '../api/answer.js';
import { connect, serverUrl, type Connection, type GlobalOptions } from '../api/connect.js';
import { liveClient } from '../api/live-client.js';
import { send } from '../api/send.js';
import { VERSION } from '../api/version.js';
import { CliError, EXIT } from '../errors.js';
import { clean, print, printJson } from '../terminal/output.js';

type State = 'ok' | 'warning' | 'failed';

interface Check {
  readonly name: string;
  readonly state: State;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;
/** Signed times of senders are accepted within minutes; a token ends by the clock of the server. */
const MAX_CLOCK_DIFFERENCE_MS = 30_000;

export async function doctor(_args: readonly string[], options: GlobalOptions): Promise<void> {
  const url = serverUrl(options);
  const checks: Check[] = [
    { name: 'versions', state: 'ok', text: `tidings ${VERSION}, Node.js ${process.versions.node}` },
  ];
  checks.push(...(await reachability(url)));
  if (checks.every(({ state }) => state !== 'failed')) checks.push(await readiness(url), ...(await session(options)));
  const isHealthy = checks.every(({ state }) => state !== 'failed');
  if (!isHealthy) process.exitCode = EXIT.failed;
  if (options.json === true) return printJson({ url, healthy: isHealthy, checks });
  const marks = { ok: colors.green('ok     '), warning: colors.yellow('warning'), failed: colors.red('failed ') };
  for (const { name, state, text } of checks) print(`${marks[state]}  ${name.padEnd(11)}  ${clean(text)}`);
}

const get = (url: string) => send(new Request(url), TIMEOUT_MS);

async function reachability(url: string): Promise<Check[]> {
  try {
    const begin = Date.now();
    const response = await get(`${url}/health/live`);
    const end = Date.now();
    if (!response.ok) return [{ name: 'server', state: 'failed', text: `${url} answers with ${response.status}` }];
    return [
      { name: 'server', state: 'ok', text: `${url} answers in ${end - begin} ms` },
      clockOf(response, begin, end),
    ];
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return [{ name: 'server', state: 'failed', text: `${url} cannot be reached: ${cause?.code ?? String(error)}` }];
  }
}

/** The header Date has whole seconds. */
function clockOf(response: Response, begin: number, end: number): Check {
  const server = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(server)) return { name: 'clock', state: 'warning', text: 'the server does not tell its time' };
  const difference = Math.round(((begin + end) / 2 - (server + 500)) / 1_000);
  const text = `this machine is ${Math.abs(difference)} s ${difference < 0 ? 'behind' : 'ahead of'} the server`;
  const isOff = Math.abs(difference) * 1_000 > MAX_CLOCK_DIFFERENCE_MS;
  return { name: 'clock', state: isOff ? 'failed' : 'ok', text };
}

async function readiness(url: string): Promise<Check> {
  const response = await get(`${url}/health/ready`).catch(() => undefined);
  const body = (await response?.json().catch(() => undefined)) as
    | { checks?: Record<string, string>; detail?: string; title?: string; status?: string }
    | undefined;
  const wrong = Object.entries(body?.checks ?? {}).filter(([, result]) => result !== 'ok');
  const causes = wrong.map(([name, result]) => `${name}: ${result}`).join(', ');
  const isReady = response?.ok === true;
  const text = [isReady ? 'ready' : 'not ready', causes, body?.detail].filter(Boolean).join('; ');
  return { name: 'ready', state: isReady ? (causes === '' ? 'ok' : 'warning') : 'failed', text };
}

async function session(options: GlobalOptions): Promise<Check[]> {
  try {
    const connection = connect(options);
    const { user } = await answer(connection.api.GET('/v1/me'));
    const signedIn: Check = { name: 'sign-in', state: 'ok', text: user.email };
    return [signedIn, await permissions(connection), await live(connection), ...(await nodes(connection))];
  } catch (error) {
    return [{ name: 'sign-in', state: 'failed', text: messageOf(error) }];
  }
}

async function permissions(connection: Connection): Promise<Check> {
  try {
    const params = { path: { ws: await connection.workspace() } };
    const workspace = await answer(connection.api.GET('/v1/workspaces/{ws}', { params }));
    const missing = ['webhooks:read', 'webhooks:bodies'].filter((one) => !workspace.permissions.includes(one));
    const text = `${workspace.role} of ${workspace.name}`;
    if (missing.length === 0) return { name: 'permissions', state: 'ok', text };
    return { name: 'permissions', state: 'warning', text: `${text}; \`listen\` requires ${missing.join(' and ')}` };
  } catch (error) {
    return { name: 'permissions', state: 'failed', text: messageOf(error) };
  }
}

async function live(connection: Connection): Promise<Check> {
  const client = await liveClient(connection, { onError: () => undefined });
  let timer: NodeJS.Timeout | undefined;
  const begin = performance.now();
  const state = await new Promise<Check>((resolve) => {
    const late = () => resolve({ name: 'websocket', state: 'failed', text: `no connection within ${TIMEOUT_MS} ms` });
    timer = setTimeout(late, TIMEOUT_MS);
    client.onStatus((status) => {
      if (status.state === 'open') {
        const isSocket = status.via === 'websocket';
        const text = `${status.via} in ${Math.round(performance.now() - begin)} ms`;
        resolve({ name: 'websocket', state: isSocket ? 'ok' : 'warning', text });
      }
      if (status.state === 'stopped')
        resolve({ name: 'websocket', state: 'failed', text: status.error?.message ?? '' });
    });
    client.connect();
  });
  clearTimeout(timer);
  client.close();
  return state;
}

/** Only an administrator of the installation may see them. */
async function nodes({ api }: Connection): Promise<Check[]> {
  const { data } = await api.GET('/v1/system/nodes');
  if (data === undefined) return [];
  const shown = data.items.map(({ version, roles, node }) => `${version} (${roles.join(' ')}, Node.js ${node})`);
  return [{ name: 'processes', state: 'ok', text: shown.join(', ') }];
}

const messageOf = (error: unknown): string => (error instanceof CliError ? error.message : String(error));

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Api } from '../support/api.js';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '../support/eventually.js';
import { ServerProcess, signInAsAdministrator } from '../support/server-process.js';
import { TestSocket } from '../support/socket.js';
import { githubHeaders, makeSource, type TestSource } from '../support/webhooks.js';

const PROCESSES = 2;
const ANSWER_MS = 3_000;
const PAUSE_MS = 50;
const SENDERS = 4;

let server: ServerProcess;
let api: Api;
let workspaceId: string;
let source: TestSource;

/** The processes whose parent is the server, by proc_pid_stat(5). */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return Number(parent) === server.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('main.js');
      } catch {
        return false;
      }
    });
}

async function send(deliveryId = randomUUID()): Promise<string> {
  const body = JSON.stringify({ after: deliveryId });
  const headers = { ...githubHeaders({ body, deliveryId, secret: source.secret }), connection: 'close' };
  // A connection that was passed to a killed process may stay without an answer.
  const signal = AbortSignal.timeout(ANSWER_MS);
  const { status } = await fetch(source.url, { method: 'POST', body, headers, signal });
  if (status !== 202) throw new Error(`A webhook was answered with ${status}.`);
  return deliveryId;
}

/** Sends webhooks until the work has ended, each over a connection of its own. @returns those that were accepted */
async function sendDuring(work: Promise<unknown>): Promise<{ accepted: string[]; failed: number }> {
  const accepted: string[] = [];
  let failed = 0;
  const over = new AbortController();
  void work.finally(() => over.abort());
  const sender = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await send().then(
        (id) => accepted.push(id),
        () => failed++,
      );
      await delay(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  await work;
  return { accepted, failed };
}

async function expectAllStored(ids: readonly string[]): Promise<void> {
  await eventually('every accepted webhook is stored and processed', async () => {
    const statuses = await Promise.all(
      ids.map(async (id) => {
        const path = `/v1/workspaces/${workspaceId}/deliveries?providerDeliveryId=${id}`;
        const { body } = await api.get<{ items: Array<{ status: string }> }>(path);
        return body.items.map(({ status }) => status).join();
      }),
    );
    return statuses.every((status) => status === 'processed');
  });
}

beforeAll(async () => {
  server = await ServerProcess.make({ PROCESSES: String(PROCESSES) });
  await server.start();
  await eventually('both processes run', () => children().length === PROCESSES);
  ({ api, workspaceId } = await signInAsAdministrator(server.url));
  source = await makeSource(api, workspaceId, { provider: 'github' });
}, 120_000);
afterAll(() => server?.dispose());

describe('a server of two processes', () => {
  it('delivers an event to the sockets of both, whichever accepted the webhook', async () => {
    const sockets = await Promise.all(Array.from({ length: 6 }, () => TestSocket.connect(server.url, api.token)));
    const channel = `webhooks:${workspaceId}`;
    for (const socket of sockets) await socket.ask('subscribe', { channel });
    const before = sockets.map((socket) => socket.events(channel).length);
    await send();
    await Promise.all(
      sockets.map((socket, place) =>
        eventually('the event arrives', () => socket.events(channel).length > (before[place] ?? 0)),
      ),
    );
    for (const socket of sockets) socket.cut();
  });

  it('shows the metrics of both in one scrape', async () => {
    const text = await eventually('both answer', async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return metrics.includes('process="2"') && metrics;
    });
    for (const process of [1, 2]) expect(text).toContain(`tidings_bus_connected{process="${process}"} 1`);
    expect(text.match(/^# TYPE tidings_bus_connected /gm)).toHaveLength(1);
  });

  it('starts a process again that was killed, and loses no accepted webhook', async () => {
    const [killed = 0] = children();
    const replaced = async () => {
      process.kill(killed, 'SIGKILL');
      const isReplaced = () => children().length === PROCESSES && !children().includes(killed);
      await eventually('another process runs', isReplaced, 30_000);
    };
    const { accepted } = await sendDuring(replaced());
    expect(accepted.length).toBeGreaterThan(0);
    await expectAllStored(accepted);
  });

  it('replaces one process after another on SIGHUP, and refuses no webhook meanwhile', async () => {
    const before = children();
    const replaced = async () => {
      process.kill(server.pid, 'SIGHUP');
      const all = () => children().length === PROCESSES && children().every((pid) => !before.includes(pid));
      await eventually('both are replaced', all, 120_000);
    };
    const { accepted, failed } = await sendDuring(replaced());
    expect([accepted.length > 0, failed]).toEqual([true, 0]);
    await expectAllStored(accepted);
  }, 150_000);

  it('ends with all its processes on SIGTERM, with code 0', async () => {
    const ended = children();
    process.kill(server.pid, 'SIGTERM');
    await eventually('the server has ended', () => !server.isRunning, 15_000);
    expect(server.exitCode).toBe(0);
    expect(ended.filter((pid) => isAlive(pid))).toEqual([]);
  });

  it('is refused with a number of processes that is none', async () => {
    const wrong = await ServerProcess.make({ PROCESSES: 'many' });
    await expect(wrong.start()).rejects.toThrow('PROCESSES');
    await wrong.dispose();
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

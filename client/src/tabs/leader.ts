import { LOST, STOPPING } from '../close-codes.js';
import type { Status } from '../connection.js';
import type { Ending } from '../link.js';
import { TidingsClient, type TidingsOptions } from '../tidings.js';
import { Line } from './line.js';
import { hold, type Locks } from './locks.js';
import { linkName, lobbyName, type LobbyMessage } from './messages.js';
import { Tenant } from './tenant.js';

/** What concerns the connection, or a channel: the latter is told to those who follow it. */
const OWN = new Set(['subscribed', 'subscription:revoked', 'position', 'server:draining']);

/** The one tab that has the connection. It carries the frames of all tabs, its own too. */
export class Leader {
  readonly #id = crypto.randomUUID();
  readonly #name: string;
  readonly #locks: Locks;
  readonly #client: TidingsClient;
  readonly #lobby: Line<LobbyMessage>;
  readonly #tenants = new Map<string, { readonly tenant: Tenant; readonly forget: () => void }>();

  constructor(name: string, locks: Locks, options: TidingsOptions) {
    this.#name = name;
    this.#locks = locks;
    this.#client = new TidingsClient({ ...options, dial: undefined });
    this.#client.onPush((frame) => OWN.has(frame.type) || this.#each((tenant) => tenant.push(frame)));
    this.#client.onStatus((status) => this.#follow(status));
    this.#lobby = new Line(lobbyName(name), (message: LobbyMessage) => {
      if (message.type === 'hello') this.#welcome(message.link);
    });
    this.#lobby.say({ type: 'leading', leader: this.#id });
  }

  close(): void {
    this.#lobby.close();
    for (const link of this.#tenants.keys()) this.#dismiss(link);
    this.#client.close();
  }

  #welcome(link: string): void {
    if (this.#tenants.has(link)) return;
    const tenant = new Tenant(this.#client, this.#id, linkName(this.#name, link));
    // It is got when the tab has let go of it: then the tab, or its link, is gone.
    const forget = hold(this.#locks, linkName(this.#name, link), () => this.#dismiss(link));
    this.#tenants.set(link, { tenant, forget });
    const { greeting } = this.#client;
    if (this.#client.status.state === 'open' && greeting !== undefined) tenant.open(greeting);
    // Whoever asks after it had stopped may have signed in anew.
    else if (this.#client.status.state !== 'waiting') this.#client.connect();
    // In a hidden tab timers are late: one that is looked at keeps the time for it.
    else if (Date.now() >= (this.#client.status.retryAt ?? 0)) this.#client.check();
  }

  #follow(status: Status): void {
    const { greeting } = this.#client;
    if (status.state === 'open' && greeting !== undefined) this.#each((tenant) => tenant.open(greeting));
    const ending = endingOf(status);
    if (ending === undefined) return;
    this.#each((tenant) => tenant.ended(ending));
    for (const link of this.#tenants.keys()) this.#dismiss(link);
  }

  #dismiss(link: string): void {
    const entry = this.#tenants.get(link);
    this.#tenants.delete(link);
    entry?.forget();
    entry?.tenant.leave();
  }

  #each(tell: (tenant: Tenant) => void): void {
    for (const { tenant } of this.#tenants.values()) tell(tenant);
  }
}

function endingOf({ state, error, retryAt = 0 }: Status): Ending | undefined {
  if (state === 'waiting')
    return { code: LOST, reason: 'the connection was lost', afterMs: Math.max(0, retryAt - Date.now()) };
  if (state !== 'stopped') return undefined;
  const [code = LOST] = Object.keys(STOPPING).filter((key) => STOPPING[Number(key)]?.[0] === error?.code);
  return { code: Number(code), reason: error?.message ?? '' };
}

import { useSyncExternalStore } from 'react';
import { callbackFailed } from '../errors.js';
import type { ServerFrames, Status, TidingsClient } from '../tidings.js';
import { useTidings } from './provider.js';
import { isRefused, type KeepOption } from './refused.js';
import { Watched } from './watched.js';

const RETRY_MS = 2_000;

type Rights = ServerFrames['permissions:updated']['workspaces'];

/** The permissions, and whether they may be outdated: without a connection, or without access if `keep` is set. */
export type Permissions = readonly string[] & { readonly stale: boolean };

/**
 * The user's current permissions in a workspace; undefined until they are known, for non-members, and when access has
 * ended, unless `keep` is set.
 */
export function usePermissions(workspaceId: string, { keep = false }: KeepOption = {}): Permissions | undefined {
  const rights = rightsOf(useTidings());
  const { workspaces, isEnded } = useSyncExternalStore(rights.subscribe, rights.now, rights.now);
  return isEnded && !keep ? undefined : workspaces.get(workspaceId);
}

interface Known {
  readonly workspaces: ReadonlyMap<string, Permissions>;
  readonly isEnded: boolean;
}

const known = new WeakMap<TidingsClient, EffectiveRights>();

function rightsOf(client: TidingsClient): EffectiveRights {
  const rights = known.get(client) ?? new EffectiveRights(client);
  known.set(client, rights);
  return rights;
}

const aged = (permissions: readonly string[], stale: boolean): Permissions =>
  Object.assign([...permissions], { stale });

/** The server pushes changes; changes during a lost connection have to be loaded. */
class EffectiveRights extends Watched<Known> {
  #pushes = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: TidingsClient) {
    super({ workspaces: new Map(), isEnded: false });
  }

  protected override start(): () => void {
    const watch = (status: Status) => {
      if (status.state !== 'open') this.age(isRefused(status));
    };
    const ends = [
      this.client.onStatus(watch),
      this.client.on('connected', () => this.load()),
      this.client.on('permissions:updated', ({ workspaces }) => {
        this.#pushes++;
        this.take(workspaces);
      }),
    ];
    watch(this.client.status);
    if (this.client.status.state === 'open') void this.load();
    return () => {
      clearTimeout(this.#again);
      for (const end of ends) end();
    };
  }

  private async load(): Promise<void> {
    clearTimeout(this.#again);
    const before = this.#pushes;
    try {
      const answer = await this.client.fetch('/v1/me');
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const { workspaces } = (await answer.json()) as { workspaces: Rights };
      // A push during the load is newer.
      if (this.#pushes === before) this.take(workspaces);
    } catch (cause) {
      // The next connection loads again.
      if (this.client.status.state !== 'open') return;
      this.client.reports.report(callbackFailed('Reading the permissions', cause));
      this.#again = setTimeout(() => void this.load(), RETRY_MS);
    }
  }

  private take(workspaces: Rights): void {
    const entries = workspaces.map(({ id, permissions }) => [id, aged(permissions, false)] as const);
    this.set({ workspaces: new Map(entries), isEnded: false });
  }

  private age(isEnded: boolean): void {
    const entries = [...this.value.workspaces].map(([id, permissions]) => [id, aged(permissions, true)] as const);
    this.set({ workspaces: new Map(entries), isEnded });
  }
}

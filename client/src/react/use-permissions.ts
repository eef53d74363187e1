import { useSyncExternalStore } from 'react';
import type { ServerFrames, TidingsClient } from '../tidings.js';
import { useTidings } from './provider.js';
import { Watched } from './watched.js';

type Rights = ServerFrames['permissions:updated']['workspaces'];

/** What the user may do in a workspace, as it is now; undefined until it is known, and where he is no member. */
export function usePermissions(workspaceId: string): readonly string[] | undefined {
  const rights = rightsOf(useTidings());
  const workspaces = useSyncExternalStore(rights.subscribe, rights.now, rights.now);
  return workspaces?.find(({ id }) => id === workspaceId)?.permissions;
}

const known = new WeakMap<TidingsClient, EffectiveRights>();

function rightsOf(client: TidingsClient): EffectiveRights {
  const rights = known.get(client) ?? new EffectiveRights(client);
  known.set(client, rights);
  return rights;
}

/** They are pushed when they change. What changed while there was no connection has to be asked for. */
class EffectiveRights extends Watched<Rights | undefined> {
  #pushes = 0;

  constructor(private readonly client: TidingsClient) {
    super(undefined);
  }

  protected override start(): () => void {
    const ends = [
      this.client.on('connected', () => void this.load()),
      this.client.on('permissions:updated', ({ workspaces }) => {
        this.#pushes++;
        this.set(workspaces);
      }),
    ];
    if (this.client.status.state === 'open') void this.load();
    return () => {
      for (const end of ends) end();
    };
  }

  private async load(): Promise<void> {
    const before = this.#pushes;
    const answer = await this.client.fetch('/v1/me').catch(() => undefined);
    // A push that came meanwhile is newer. What could not be read is read with the next connection.
    if (answer?.ok !== true || this.#pushes !== before) return;
    this.set(((await answer.json()) as { workspaces: Rights }).workspaces);
  }
}

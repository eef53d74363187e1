import { parseChannel } from '../channels/parse-channel.js';
import { workspacesOfChannels } from '../channels/workspaces-of-channels.js';
import type { Reader } from './define-channel-kind.js';

/** The workspace of a channel, and the permission that reading it requires, with its scope if it has one. */
export interface ChannelOwner {
  readonly workspaceId: string;
  readonly permission: string;
  /** The permission to see the restricted fields of its events; undefined: no reader sees them. */
  readonly restrictedPermission: string | undefined;
}

/** The owners of the channels that belong to a workspace, by channel name. Reads them in bulk. */
export async function channelOwners(
  reader: Reader,
  names: readonly string[],
): Promise<ReadonlyMap<string, ChannelOwner>> {
  const channels = [...new Set(names)].map(parseChannel).filter((channel) => channel !== undefined);
  const workspaces = await workspacesOfChannels(reader, channels);
  const owners = new Map<string, ChannelOwner>();
  for (const { name, permission, restrictedPermission } of channels) {
    const workspaceId = workspaces.get(name);
    if (workspaceId === undefined || permission === undefined) continue;
    owners.set(name, { workspaceId, permission, restrictedPermission });
  }
  return owners;
}

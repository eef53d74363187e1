import type { Reader } from '../public/define-channel-kind.js';
import type { ParsedChannel } from './parse-channel.js';

/** The workspace of each channel, by channel name, with one look-up per kind of channel. */
export async function workspacesOfChannels(
  reader: Reader,
  channels: readonly ParsedChannel[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const kind of new Set(channels.map((channel) => channel.kind))) {
    if (kind.owner === 'user') continue;
    const ofKind = channels.filter((channel) => channel.kind === kind);
    const workspaces = await kind.workspacesOf?.(
      reader,
      ofKind.map((channel) => channel.id),
    );
    for (const { name, id } of ofKind) {
      const workspaceId = workspaces === undefined ? id : workspaces.get(id);
      if (workspaceId !== undefined) found.set(name, workspaceId);
    }
  }
  return found;
}

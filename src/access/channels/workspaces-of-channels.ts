import type { Reader } from '../public/define-channel-kind.js';
import type { ParsedChannel } from './parse-channel.js';

/** The workspace of each channel, by channel name, with at most one look-up per kind of channel. */
export async function workspacesOfChannels(
  reader: Reader,
  channels: readonly ParsedChannel[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { name, workspaceId } of channels) if (workspaceId !== undefined) found.set(name, workspaceId);
  const unknown = channels.filter(({ workspaceId }) => workspaceId === undefined);
  for (const kind of new Set(unknown.map((channel) => channel.kind))) {
    if (kind.owner === 'user') continue;
    const ofKind = unknown.filter((channel) => channel.kind === kind);
    const workspaces = await kind.workspacesOf?.(
      reader,
      ofKind.map((channel) => channel.id),
    );
    for (const { name, id } of ofKind) {
      const workspaceId = workspaces?.get(id);
      if (workspaceId !== undefined) found.set(name, workspaceId);
    }
  }
  return found;
}

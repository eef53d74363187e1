/** Kinds of channels that a workspace has one of. */
const KINDS = new Set(['webhooks', 'tasks', 'workspace']);

/** The channel of a name: `orders/paid` is a topic, `webhooks` a channel of the workspace, others stay. */
export function channelOf(name: string, workspaceId: string): string {
  if (name.includes(':')) return name;
  return KINDS.has(name) ? `${name}:${workspaceId}` : `topic:${workspaceId}/${name}`;
}

import { useWorkspace } from '../../app/workspace.js';

/** Whether a permission for some topics, e.g. `topics:publish:orders/*`, covers this path. */
export function covers(held: string, permission: string, path: string): boolean {
  if (held === permission) return true;
  if (!held.startsWith(`${permission}:`)) return false;
  const scope = held.slice(permission.length + 1);
  if (scope === '*') return true;
  return scope.endsWith('/*') ? `${path}/`.startsWith(scope.slice(0, -1)) : scope === path;
}

/** Whether the signed-in user may publish to a channel; only topics take events of users. */
export function useMayPublish(channel: string): boolean {
  const { id, permissions } = useWorkspace();
  const start = `topic:${id}/`;
  const path = channel.slice(start.length);
  return channel.startsWith(start) && permissions.some((held) => covers(held, 'topics:publish', path));
}

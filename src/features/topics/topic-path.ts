import type { ChannelPlace } from '../../access/public/define-channel-kind.js';
import { isScope } from '../../access/public/scoped-permissions.js';

/** Whether a text is 1 to 8 segments `[a-z0-9][a-z0-9_.-]{0,63}`, joined by `/`. */
export const isTopicPath = (text: string): boolean => isScope(text) && !text.includes('*');

/** Reads `<workspaceId>/<path>`, the id of a topic's channel. */
export function parseTopicId(id: string): ChannelPlace | undefined {
  const slash = id.indexOf('/');
  const scope = id.slice(slash + 1);
  return slash > 0 && isTopicPath(scope) ? { workspaceId: id.slice(0, slash), scope } : undefined;
}

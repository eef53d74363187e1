import { channelName, defineChannelKind, idOfChannel } from '../../access/public/define-channel-kind.js';
import { definePermission } from '../../access/public/define-permission.js';
import { parseTopicId } from './topic-path.js';

export const TOPICS_READ = definePermission('topics:read', ['member', 'viewer'], { scoped: true });
export const TOPICS_PUBLISH = definePermission('topics:publish', ['member'], { scoped: true });
/** Publish to the private channels of a workspace's members. */
export const USERS_NOTIFY = definePermission('users:notify', []);

const { noun } = defineChannelKind({
  noun: 'topic',
  owner: 'workspace',
  permission: TOPICS_READ,
  parseId: parseTopicId,
  hasPresence: true,
});

export const topicChannel = (workspaceId: string, path: string): string => channelName(noun, `${workspaceId}/${path}`);

/** The path of a topic of this workspace; undefined for any other channel. */
export function pathOfTopic(workspaceId: string, channel: string): string | undefined {
  const place = parseTopicId(idOfChannel(channel));
  if (place === undefined || topicChannel(workspaceId, place.scope) !== channel) return undefined;
  return place.scope;
}

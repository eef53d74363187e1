import type { OpenAPIObject } from '@nestjs/swagger';

/** The topics of the API, in the order in which the document shows them. Other tags come last. */
const TAGS: Readonly<Record<string, string>> = {
  Sources: 'Entry points for webhooks.',
  Deliveries: 'Received webhooks and their processing state.',
  Endpoints: 'URLs to which the events of a workspace are sent.',
  Events: 'The event log: all events of a channel, in order.',
  'Event types': 'The catalogue of the events that a workspace publishes, with schemas for their payloads.',
  Topics: 'Channels that a workspace makes by publishing to them.',
  Realtime: 'Tickets for the WebSocket, and server-sent events.',
  Tasks: 'Tasks of a workspace.',
  Documents: 'Documents for collaborative editing.',
  Status: 'The status of a user, with an optional expiry.',
  Notifications: 'Notifications, preferences and push subscriptions of the current user.',
  Agents: 'Tools for AI agents, over the Model Context Protocol.',
  Me: 'The current user.',
  'Sign-in': 'Sign-in and sessions.',
  'API keys': 'API keys for machines.',
  Users: 'Administration of users.',
  Workspaces: 'Workspaces.',
  Members: 'Members of a workspace and their roles.',
  Invitations: 'Links by which people create an account or join a workspace.',
  Audit: 'The audit log.',
  System: 'The processes of the installation, the connections to them, and their settings.',
  Operations: 'Probes and metrics for operators.',
};

/** Lists the tags in use, in display order. */
export function orderTags(document: OpenAPIObject): void {
  const order = Object.keys(TAGS);
  const place = (tag: string): number => (order.includes(tag) ? order.indexOf(tag) : order.length);
  const operations = Object.values(document.paths).flatMap((item) => [
    item.get,
    item.put,
    item.post,
    item.delete,
    item.patch,
  ]);
  const used = new Set(operations.flatMap((operation) => operation?.tags ?? []));
  document.tags = [...used]
    .toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, description: TAGS[name] ?? name }));
}

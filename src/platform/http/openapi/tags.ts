import type { OpenAPIObject } from '@nestjs/swagger';

/** What the API is about, in the order in which a reader meets it. A tag that isn't here comes last. */
const TAGS: Readonly<Record<string, string>> = {
  Sources: 'Where webhooks come in.',
  Deliveries: 'What came in, and what became of it.',
  Endpoints: 'Where the events of a workspace are sent.',
  Events: 'The log: every event of a channel, in order.',
  Realtime: 'Tickets for the WebSocket, and the same as a stream.',
  Tasks: 'Tasks of a workspace.',
  Documents: 'Documents that several people edit at once.',
  Status: 'The status of a user, with its timer.',
  Notifications: 'What concerns you, your choices, and pushes.',
  Me: 'You.',
  'Sign-in': 'Sessions.',
  'API keys': 'Keys for your machines.',
  Users: 'Administration of users.',
  Workspaces: 'Workspaces.',
  Members: 'Who may do what in a workspace.',
  Audit: 'Who changed what.',
  Operations: 'For those who run the service.',
};

/** Lists the tags that operations have, in the order in which they are to be shown. */
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

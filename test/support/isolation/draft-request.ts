import { disguised, foreignChannel } from './disguises.js';
import { resolved, type Operation, type Parameter, type Schema } from './operations.js';
import type { Choices } from '../dice.js';
import { inventedThings, type Things } from './tenant.js';

export interface Draft {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

interface Names {
  readonly own: Things;
  readonly theirs: Things;
}

const INVENTED = inventedThings();

/** Maps a path segment to the thing that the parameter after it names. */
const THINGS: Readonly<Record<string, keyof Things>> = {
  workspaces: 'workspaceId',
  members: 'userId',
  users: 'userId',
  roles: 'role',
  sessions: 'sessionId',
  sources: 'sourceId',
  webhooks: 'sourceKey',
  deliveries: 'deliveryId',
  refused: 'refusedId',
  events: 'eventId',
  replays: 'replayId',
  'api-keys': 'apiKeyId',
  endpoints: 'endpointId',
  invitations: 'invitationId',
  messages: 'messageId',
  tasks: 'taskId',
  documents: 'documentId',
  versions: 'versionId',
  notifications: 'notificationId',
  'push-subscriptions': 'pushSubscriptionId',
  'event-types': 'eventType',
};

const IN_PATH = /([\w-]+)\/\{(\w+)\}/g;

/** Returns the path segments before parameters that THINGS does not map. */
export const unknownThings = ({ path }: Operation): string[] =>
  [...path.matchAll(IN_PATH)].flatMap(([, before = '']) => (before in THINGS ? [] : [before]));

/**
 * Makes a request from a member of `own` that names things of `theirs` in its path, query or body. The same choices
 * with other things make the same request about those.
 */
export function draftRequest(random: Choices, operation: Operation, names: Names): Draft {
  const { method, path, parameters, body } = operation;
  // Calls in the member's own workspace are allowed; these test the parameters.
  const inOwnWorkspace = random.chance(0.5);
  const workspaceId = inOwnWorkspace ? names.own.workspaceId : disguised(random, names.theirs.workspaceId);
  const fill = (name: string, before: string): string => {
    if (name === 'ws') return workspaceId;
    // This call adds a user by their id and may then show the user.
    if (operation.id === 'putMember' && inOwnWorkspace) return INVENTED.userId;
    // This call adds a type by its name and may then show the name.
    if (operation.id === 'putEventType' && inOwnWorkspace) return INVENTED.eventType;
    return disguised(random, thingFor(name, before, names.theirs));
  };
  const filled = path.replaceAll(IN_PATH, (_match, before: string, name: string) => {
    return `${before}/${encodeURIComponent(fill(name, before))}`;
  });
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const search = new URLSearchParams(query.flatMap((parameter) => draftParameter(random, parameter, names)));
  const json = body && JSON.stringify(draftValue(random, '', body, names));
  return { method, path: search.size === 0 ? filled : `${filled}?${search.toString()}`, body: json };
}

/** @param before the path segment before the parameter; empty when there is none */
function thingFor(name: string, before: string, theirs: Things): string {
  const thing = THINGS[before];
  if (thing !== undefined) return theirs[thing];
  if (/^(?:role|name)$/.test(name)) return theirs.role;
  if (/user|actor|member|assignee/i.test(name)) return theirs.userId;
  if (/refused/i.test(name)) return theirs.refusedId;
  if (/source/i.test(name)) return theirs.sourceId;
  if (/key/i.test(name)) return theirs.apiKeyId;
  if (/task/i.test(name)) return theirs.taskId;
  if (/workspace/i.test(name)) return theirs.workspaceId;
  return theirs.deliveryId;
}

function draftParameter(random: Choices, { name, required, schema }: Parameter, names: Names): [string, string][] {
  const isIncluded = random.chance(0.4);
  if (!isIncluded && required !== true) return [];
  if (name === 'channel') return [[name, foreignChannel(random, names.own, names.theirs)]];
  if (name === 'channels') return [[name, draftChannels(random, names)]];
  if (name === 'lastEventId') return [[name, `${names.theirs.epoch}.0`]];
  const value = draftValue(random, name, schema, names);
  return [[name, typeof value === 'string' ? value : JSON.stringify(value)]];
}

function draftChannels(random: Choices, { own, theirs }: Names): string {
  const foreign = foreignChannel(random, own, theirs);
  return random.chance(0.5) ? foreign : `webhooks:${own.workspaceId},${foreign}`;
}

function draftValue(random: Choices, name: string, unresolved: Schema, names: Names): unknown {
  const schema = resolved(unresolved);
  const { own, theirs } = names;
  if (name === 'channel') return foreignChannel(random, own, theirs);
  if (schema.anyOf?.[0] !== undefined) return draftValue(random, name, schema.anyOf[0], names);
  if (schema.enum !== undefined) return random.pick(schema.enum);
  if (schema.type === 'object') return draftObject(random, schema, names);
  if (name === 'allowedAddresses') return ['127.0.0.0/8'];
  if (schema.type === 'array') return name === 'secrets' ? [] : [draftValue(random, name, schema.items ?? {}, names)];
  if (schema.type === 'integer' || schema.type === 'number') return (schema.minimum ?? 1) + random.below(50);
  if (schema.type === 'boolean') return random.chance(0.5);
  // A window must not end before it begins.
  if (name === 'until') return new Date().toISOString();
  if (schema.format === 'date-time') return new Date(Date.now() - 1_000 - random.below(100_000)).toISOString();
  if (schema.format === 'email') return `invited-${random.below(2 ** 31)}@example.com`;
  if (schema.format === 'uuid' || /ids?$/i.test(name)) return disguised(random, thingFor(name, '', theirs));
  if (name === 'role') return theirs.role;
  // No server listens there.
  if (name === 'url') return 'http://127.0.0.1:1/';
  if (name === 'eventTypes') return 'webhook:received';
  if (name === 'cursor') return theirs.deliveryId;
  if (name === 'provider') return 'open';
  if (/^(?:permissions|grant|deny|scopes)$/.test(name)) return 'webhooks:read';
  return `harmless-${random.below(2 ** 31)}`;
}

function draftObject(random: Choices, { properties = {}, required = [] }: Schema, names: Names): object {
  const chosen = Object.entries(properties).filter(([name]) => random.chance(0.7) || required.includes(name));
  return Object.fromEntries(chosen.map(([name, schema]) => [name, draftValue(random, name, schema, names)]));
}

import { z } from 'zod';
import { declaredEvents } from '../../platform/events/define-event.js';
import { eventSchema } from '../../platform/events/logged-event.js';
import { declaredCommands } from './define-command.js';
import { declaredRelays } from './define-relay.js';
import { frameId } from '../protocol/parse-frame.js';
import { clientFrames, type ClientFrameDefinition } from '../protocol/client-frames.js';
import { closings } from '../protocol/close-codes.js';
import { frameErrors } from '../protocol/frame-errors.js';
import { serverFrames, type ServerFrameDefinition } from '../protocol/server-frames.js';
import { Messages, referenceTo, type CustomEvent, type Reference } from './asyncapi-messages.js';

const info = {
  title: 'Tidings',
  version: '1',
  description: `The realtime API: one WebSocket at /ws, or server-sent events at /v1/stream. docs/protocol.md explains
how a client resumes without a gap; openapi.json describes the HTTP API.`,
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
};

const ts = z.int().describe('milliseconds since 1970');
const serverFrameTypes: Readonly<Record<string, ServerFrameDefinition>> = serverFrames;
const clientFrameTypes: Readonly<Record<string, ClientFrameDefinition>> = clientFrames;

/** A stream carries no requests, so it carries no answers either. */
const isOnlyAnswer = (type: string): boolean =>
  type === 'relayed' ||
  declaredCommands().some(({ answer }) => answer.type === type) ||
  (type !== 'subscribed' && Object.values(clientFrameTypes).some(({ answer }) => answer === type));

/**
 * The AsyncAPI 3.0 document of sockets and streams, generated from the schemas that validate and type the frames.
 * @param custom events that a workspace defines for itself
 */
export function asyncApiDocument(custom: readonly CustomEvent[] = []): object {
  const messages = new Messages();
  const frames = addServerFrames(messages);
  const live = [...addEvents(messages), ...addCustomEvents(messages, custom), ...addRelays(messages)];
  const sent = [...live, ...frames.values()];
  const streamed = [...live, ...[...frames].flatMap(([type, one]) => (isOnlyAnswer(type) ? [] : [one]))];
  const requests = addRequests(messages, frames);
  return {
    asyncapi: '3.0.0',
    info,
    defaultContentType: 'application/json',
    servers: { socket: server('wss'), stream: server('https') },
    channels: {
      socket: {
        address: '/ws',
        title: 'The WebSocket',
        servers: [{ $ref: '#/servers/socket' }],
        messages: messages.named([...sent, ...requests.map(({ message }) => message)]),
        'x-close-codes': closings().map(({ clientError: _, ...documented }) => documented),
        'x-error-codes': frameErrors(),
      },
      stream: {
        address: '/v1/stream',
        title: 'Server-sent events',
        servers: [{ $ref: '#/servers/stream' }],
        messages: messages.named(streamed),
      },
    },
    operations: {
      ...Object.fromEntries(requests.map(({ message, replies }) => [message.key, receive(message, replies)])),
      serverSays: send('socket', sent),
      streamSays: send('stream', streamed),
    },
    components: { messages: messages.all, schemas: messages.schemas },
  };
}

function addEvents(messages: Messages): Reference[] {
  return declaredEvents().map(({ name, payload }) => {
    const event = eventSchema.extend({ type: z.literal(name), payload });
    return messages.add(`event ${name}`, name, 'An event from the log.', event);
  });
}

/** Adds the payloads under one name too, from which types for all of them can be generated. */
function addCustomEvents(messages: Messages, custom: readonly CustomEvent[]): Reference[] {
  if (custom.length === 0) return [];
  const properties = Object.fromEntries(custom.map(({ key, type }) => [type, { $ref: referenceTo(key) }]));
  messages.schemas['EventPayloads'] = { type: 'object', properties, required: Object.keys(properties) };
  return custom.map((event) => messages.addCustom(event, eventSchema.extend({ type: z.literal(event.type) })));
}

function addRelays(messages: Messages): Reference[] {
  return declaredRelays().map(({ type, payload }) => {
    const withSender = z.intersection(payload, z.object({ userId: z.uuid() }));
    const relayed = frame(type, withSender).extend({ ts });
    return messages.add(`relayed ${type}`, type, 'A frame that another user sent. The log does not keep it.', relayed);
  });
}

function addServerFrames(messages: Messages): ReadonlyMap<string, Reference> {
  const builtIn = Object.entries(serverFrameTypes).map(([type, definition]) => ({ type, ...definition }));
  const answers = declaredCommands().map(({ answer }) => answer);
  return new Map(
    [...builtIn, ...answers].map(({ type, summary, payload }) => {
      const id = frameId.optional().describe('the `id` of the frame that this answers');
      return [type, messages.add(`server ${type}`, type, summary, frame(type, payload).extend({ id, ts }))];
    }),
  );
}

interface Request {
  readonly message: Reference;
  readonly replies: readonly Reference[];
}

function addRequests(messages: Messages, answers: ReadonlyMap<string, Reference>): Request[] {
  const broadcast = 'Relayed to the other subscribers of the channel. Answered if it has an `id`.';
  const relays = declaredRelays().map(({ type, payload }) => ({
    type,
    summary: broadcast,
    payload,
    answer: 'relayed',
  }));
  const frames = Object.entries(clientFrameTypes).map(([type, definition]) => ({ type, ...definition }));
  const commands = declaredCommands().map((command) => ({ ...command, answer: command.answer.type }));
  return [...frames, ...commands, ...relays].map(({ type, summary, payload, answer }) => ({
    message: messages.add(`client ${type}`, type, summary, request(type, payload), 'input'),
    replies: [answer, 'error'].flatMap((name) => answers.get(name) ?? []),
  }));
}

const frame = (type: string, payload: z.ZodType) => z.object({ type: z.literal(type), payload });

function request(type: string, payload: z.ZodType): z.ZodType {
  const id = frameId.optional().describe('repeated in the answer');
  // A payload of any type may also be missing.
  return payload instanceof z.ZodUnknown
    ? z.object({ type: z.literal(type), id, payload: payload.optional() })
    : frame(type, payload).extend({ id });
}

function server(protocol: 'https' | 'wss') {
  return {
    host: '{host}',
    protocol,
    variables: { host: { default: 'localhost:3000', description: 'the host of PUBLIC_URL' } },
  };
}

function receive(message: Reference, replies: readonly Reference[]) {
  return {
    action: 'receive',
    channel: { $ref: '#/channels/socket' },
    messages: inChannel('socket', [message]),
    reply: {
      channel: { $ref: '#/channels/socket' },
      messages: inChannel('socket', replies),
    },
  };
}

function send(channel: 'socket' | 'stream', messages: readonly Reference[]) {
  return { action: 'send', channel: { $ref: `#/channels/${channel}` }, messages: inChannel(channel, messages) };
}

const inChannel = (channel: string, references: readonly Reference[]) =>
  references.map(({ key }) => ({ $ref: `#/channels/${channel}/messages/${key}` }));

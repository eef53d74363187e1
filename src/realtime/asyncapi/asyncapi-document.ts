import { z } from 'zod';
import { declaredEvents } from '../../platform/events/define-event.js';
import { eventSchema } from '../../platform/events/logged-event.js';
import { declaredRelays } from '../public/define-relay.js';
import { frameId } from '../protocol/parse-frame.js';
import { clientFrames, type ClientFrameDefinition } from '../protocol/client-frames.js';
import { CLOSE, CLOSE_BY_WS } from '../protocol/close-codes.js';
import { frameErrors } from '../protocol/frame-errors.js';
import { serverFrames, type ServerFrameDefinition } from '../protocol/server-frames.js';
import { Messages, type Reference } from './asyncapi-messages.js';

const info = {
  title: 'Tidings',
  version: '1',
  description: `What is live: one WebSocket at /ws, or server-sent events at /v1/stream. docs/protocol.md tells what
one has to know to come back without a gap; the HTTP API is in openapi.json.`,
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
};

const ts = z.int().describe('milliseconds since 1970');
const ofServer: Readonly<Record<string, ServerFrameDefinition>> = serverFrames;
const ofClient: Readonly<Record<string, ClientFrameDefinition>> = clientFrames;

/** A stream asks nothing. */
const isOnlyAnswer = (type: string): boolean =>
  type === 'relayed' || (type !== 'subscribed' && Object.values(ofClient).some(({ answer }) => answer === type));

/** What is said over sockets and streams, as AsyncAPI 3.0, from the schemas by which it is checked and typed. */
export function asyncApiDocument(): object {
  const messages = new Messages();
  const frames = framesOfServer(messages);
  const live = [...eventsIn(messages), ...relaysIn(messages)];
  const said = [...live, ...frames.values()];
  const inStreams = [...live, ...[...frames].flatMap(([type, one]) => (isOnlyAnswer(type) ? [] : [one]))];
  const heard = requestsIn(messages, frames);
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
        messages: messages.named([...said, ...heard.map(({ message }) => message)]),
        'x-close-codes': Object.values({ ...CLOSE_BY_WS, ...CLOSE }),
        'x-error-codes': frameErrors(),
      },
      stream: {
        address: '/v1/stream',
        title: 'Server-sent events',
        servers: [{ $ref: '#/servers/stream' }],
        messages: messages.named(inStreams),
      },
    },
    operations: {
      ...Object.fromEntries(heard.map(({ message, replies }) => [message.key, receive(message, replies)])),
      serverSays: send('socket', said),
      streamSays: send('stream', inStreams),
    },
    components: { messages: messages.all, schemas: messages.schemas },
  };
}

function eventsIn(messages: Messages): Reference[] {
  return declaredEvents().map(({ name, payload }) => {
    const event = eventSchema.extend({ type: z.literal(name), payload });
    return messages.add(`event ${name}`, name, 'An event of the log.', event);
  });
}

function relaysIn(messages: Messages): Reference[] {
  return declaredRelays().map(({ type, payload }) => {
    const withSender = z.intersection(payload, z.object({ userId: z.uuid() }));
    const relayed = frame(type, withSender).extend({ ts });
    return messages.add(`relayed ${type}`, type, 'What another user has sent; no log keeps it.', relayed);
  });
}

function framesOfServer(messages: Messages): ReadonlyMap<string, Reference> {
  return new Map(
    Object.entries(ofServer).map(([type, { summary, payload }]) => {
      const id = frameId.optional().describe('of the frame that this answers');
      return [type, messages.add(`server ${type}`, type, summary, frame(type, payload).extend({ id, ts }))];
    }),
  );
}

interface Request {
  readonly message: Reference;
  readonly replies: readonly Reference[];
}

function requestsIn(messages: Messages, answers: ReadonlyMap<string, Reference>): Request[] {
  const broadcast = 'To be passed on to the other users who follow the channel. Answered when it has an `id`.';
  const relays = declaredRelays().map(({ type, payload }) => ({
    type,
    summary: broadcast,
    payload,
    answer: 'relayed',
  }));
  const frames = Object.entries(ofClient).map(([type, definition]) => ({ type, ...definition }));
  return [...frames, ...relays].map(({ type, summary, payload, answer }) => ({
    message: messages.add(`client ${type}`, type, summary, request(type, payload), 'input'),
    replies: [answer, 'error'].flatMap((name) => answers.get(name) ?? []),
  }));
}

const frame = (type: string, payload: z.ZodType) => z.object({ type: z.literal(type), payload });

function request(type: string, payload: z.ZodType): z.ZodType {
  const id = frameId.optional().describe('the answer repeats it');
  // A payload that may be anything may also be missing.
  return payload instanceof z.ZodUnknown
    ? z.object({ type: z.literal(type), id, payload: payload.optional() })
    : frame(type, payload).extend({ id });
}

function server(protocol: 'https' | 'wss') {
  return {
    host: '{host}',
    protocol,
    variables: { host: { default: 'localhost:3000', description: 'that of PUBLIC_URL' } },
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

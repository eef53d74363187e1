import { sign } from 'node:crypto';

import { ed25519Of, rawPublicKey } from '../fixture-keys.js';
import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Discord-Webhook/1.0 (+https://discord.com)' };
const keys = [ed25519Of(11), ed25519Of(12)];
const ada = { id: '417200000000000001', username: 'ada', global_name: 'Ada', discriminator: '0', avatar: null };

const eventOf = (type: string, data: object) =>
  JSON.stringify({
    version: 1,
    application_id: '1234560123453231555',
    type: 1,
    event: { type, timestamp: '2026-11-20T14:42:53.064834', data },
  });

const interactionOf = (type: number, data: object) =>
  JSON.stringify({
    version: 1,
    application_id: '1234560123453231555',
    id: `13000000000000000${type}`,
    type,
    token: 'aW50ZXJhY3Rpb246ZGVwbG95cw',
    data,
    guild_id: '290926798626357999',
    channel: { id: '645027906669510667', name: 'deploys', type: 0 },
    member: { user: ada, roles: [], permissions: '2147483647' },
  });

const EVENTS = ['APPLICATION_AUTHORIZED', 'APPLICATION_DEAUTHORIZED', 'ENTITLEMENT_CREATE', 'ENTITLEMENT_UPDATE'];
const MORE_EVENTS = ['ENTITLEMENT_DELETE', 'QUEST_USER_ENROLLMENT', 'LOBBY_MESSAGE_CREATE', 'LOBBY_MESSAGE_UPDATE'];
const MESSAGES = ['LOBBY_MESSAGE_DELETE', 'GAME_DIRECT_MESSAGE_CREATE', 'GAME_DIRECT_MESSAGE_UPDATE'];

export const fixtures: ProviderFixtures = {
  secrets: keys.map(rawPublicKey),
  examples: [
    {
      name: 'an authorization of the application',
      headers,
      body: eventOf('APPLICATION_AUTHORIZED', {
        integration_type: 0,
        scopes: ['applications.commands'],
        user: ada,
        guild: { id: '290926798626357999', name: 'Octo' },
      }),
      expected: { eventType: 'APPLICATION_AUTHORIZED', title: 'Ada authorized the application for Octo' },
    },
    {
      name: 'a command',
      headers,
      body: interactionOf(2, { id: '771825006014889984', name: 'deploy', type: 1 }),
      expected: {
        eventType: 'interaction.command',
        title: 'Ada used the command deploy in deploys',
        deliveryId: '130000000000000002',
      },
    },
  ],
  eventTypes: [
    ...[...EVENTS, ...MORE_EVENTS, ...MESSAGES, 'GAME_DIRECT_MESSAGE_DELETE', 'AN_EVENT_TO_COME'].map((type) =>
      eventOf(type, {}),
    ),
    ...[2, 3, 4, 5].map((type) => interactionOf(type, {})),
  ].map((body) => ({ headers, body })),
  handshakes: [
    {
      name: 'the ping of webhook events',
      headers,
      body: '{"version":1,"application_id":"1234560123453231555","type":0}',
      isSigned: true,
      expected: { status: 204, contentType: 'application/json' },
    },
    {
      name: 'the ping of interactions',
      headers,
      body: '{"version":1,"application_id":"1234560123453231555","id":"1","token":"x","type":1}',
      isSigned: true,
      expected: { contentType: 'application/json', body: '{"type":1}' },
    },
  ],
  sign(body, _headers, { secret, now }) {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const key = keys.find((candidate) => rawPublicKey(candidate) === secret) ?? ed25519Of(13);
    const signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), key).toString('hex');
    return { 'x-signature-timestamp': timestamp, 'x-signature-ed25519': signature };
  },
  forge(genuine, signAgain, { now, secret }) {
    const at = (seconds: number) => signAgain({ now: new Date(now.getTime() + seconds * 1000) });
    const timestamp = genuine.headers['x-signature-timestamp'] ?? '';
    const later = String(Number(timestamp) + 1);
    const key = keys.find((candidate) => rawPublicKey(candidate) === secret) ?? ed25519Of(13);
    const signed = (text: string | Buffer) => ({
      ...genuine,
      headers: { ...genuine.headers, 'x-signature-ed25519': sign(null, Buffer.from(text), key).toString('hex') },
    });
    return {
      'a second too old': at(-301),
      'a second too new': at(301),
      'a second later': { ...genuine, headers: { ...genuine.headers, 'x-signature-timestamp': later } },
      'the body alone': signed(genuine.body),
      'the time alone': signed(timestamp),
      'a dot between time and body': signed(Buffer.concat([Buffer.from(`${timestamp}.`), genuine.body])),
    };
  },
};

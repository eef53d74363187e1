import { asymmetricScheme } from '../asymmetric-scheme.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, numberAt, textAt } from '../payload.js';
import type { Provider, ProviderAnswer } from '../provider.js';

/**
 * Webhook events (https://docs.discord.com/developers/events/webhook-events) and interactions
 * (https://docs.discord.com/developers/interactions/receiving-and-responding) of an application.
 */
export const provider: Provider = {
  name: 'discord',
  secrets: 'required',
  secretFrom: 'sender',
  signedId: true,
  ...asymmetricScheme({
    kind: 'ed25519',
    header: 'x-signature-ed25519',
    content: '{timestamp}{body}',
    timestamp: { header: 'x-signature-timestamp' },
  }),

  /** Only interactions have an id. */
  deliveryId: ({ body }) => deliveryIdFrom(peekObject(body)?.['id']),

  handshake({ body }) {
    const payload = peekObject(body);
    if (payload === undefined) return undefined;
    if (isInteraction(payload)) return payload['type'] === PING_OF_INTERACTIONS ? json({ type: 1 }) : undefined;
    return payload['type'] === PING_OF_EVENTS ? NOTED : undefined;
  },

  /** An interaction is deferred: the application answers it with the token in the body, within 15 minutes. */
  answer({ body }) {
    const payload = peekObject(body);
    if (payload === undefined || !isInteraction(payload)) return NOTED;
    return json(entryOf(DEFERRED, textAt(payload, 'type')) ?? { type: 5 });
  },

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'event.type') ?? entryOf(INTERACTIONS, textAt(payload, 'type'));
    const isNamed = payload['event'] !== undefined || isInteraction(payload);
    return describeAs({
      eventType: isNamed ? type : undefined,
      title: isInteraction(payload) ? titleOfInteraction(type, payload) : titleOfEvent(type ?? 'event', payload),
      sender: senderOf(payload),
    });
  },

  setup: {
    label: 'Discord',
    documentation: 'https://docs.discord.com/developers/events/webhook-events',
    steps: [
      'Open your application at https://discord.com/developers/applications and copy **Public Key** from **General Information** into the source.',
      'For events: open **Webhooks**, paste `{url}` under **Endpoint**, switch **Events** on, choose the events and click **Save Changes**.',
      'For commands and buttons: paste `{url}` into **Interactions Endpoint URL** on **General Information**. They are deferred, so that your application has 15 minutes to answer.',
    ],
    secret: 'The Public Key on the page General Information of the application, 64 hexadecimal digits.',
  },
};

const PING_OF_EVENTS = 0;
const PING_OF_INTERACTIONS = 1;
const NOTED: ProviderAnswer = { status: 204, contentType: 'application/json' };

/** Types of responses to components and to autocompletion; the others get 5, a deferred message. */
const DEFERRED: Record<string, object> = { '3': { type: 6 }, '4': { type: 8, data: { choices: [] } } };
const INTERACTIONS: Record<string, string> = {
  '1': 'interaction.ping',
  '2': 'interaction.command',
  '3': 'interaction.component',
  '4': 'interaction.autocomplete',
  '5': 'interaction.modal',
};

const json = (value: object): ProviderAnswer => ({ contentType: 'application/json', body: JSON.stringify(value) });

/** Webhook events have neither an id nor a token. */
const isInteraction = (payload: Payload): boolean =>
  numberAt(payload, 'type') !== undefined && textAt(payload, 'token') !== undefined && payload['event'] === undefined;

function senderOf(payload: Payload): string | undefined {
  const user = ['member.user', 'user', 'event.data.user', 'event.data.author', 'event.data'];
  return firstTextAt(payload, ...user.flatMap((path) => [`${path}.global_name`, `${path}.username`]));
}

function titleOfInteraction(type: string | undefined, payload: Payload): string {
  const name = firstTextAt(payload, 'data.name', 'data.custom_id');
  const phrase = entryOf(PHRASES_OF_INTERACTIONS, type) ?? 'interacted with the application by';
  const channel = textAt(payload, 'channel.name');
  return sentence(senderOf(payload) ?? 'A user of Discord', phrase, name, channel && `in ${channel}`);
}

function titleOfEvent(type: string, payload: Payload): string {
  const phrase = entryOf(PHRASES_OF_EVENTS, type);
  if (phrase === undefined) return sentence('Discord reported', wordsOf(type));
  const guild = textAt(payload, 'event.data.guild.name');
  const text = textAt(payload, 'event.data.content');
  const title = sentence(senderOf(payload) ?? 'A user of Discord', phrase, guild && `for ${guild}`);
  return text === undefined ? title : `${title}: ${text}`;
}

const PHRASES_OF_INTERACTIONS: Record<string, string> = {
  'interaction.command': 'used the command',
  'interaction.component': 'used the component',
  'interaction.autocomplete': 'is typing the command',
  'interaction.modal': 'submitted the form',
};

const PHRASES_OF_EVENTS: Record<string, string> = {
  APPLICATION_AUTHORIZED: 'authorized the application',
  APPLICATION_DEAUTHORIZED: 'withdrew the authorization of the application',
  ENTITLEMENT_CREATE: 'got an entitlement',
  ENTITLEMENT_UPDATE: 'has a changed entitlement',
  ENTITLEMENT_DELETE: 'lost an entitlement',
  QUEST_USER_ENROLLMENT: 'joined a quest',
  LOBBY_MESSAGE_CREATE: 'wrote in a lobby',
  LOBBY_MESSAGE_UPDATE: 'edited a message in a lobby',
  LOBBY_MESSAGE_DELETE: 'deleted a message in a lobby',
  GAME_DIRECT_MESSAGE_CREATE: 'wrote a direct message in a game',
  GAME_DIRECT_MESSAGE_UPDATE: 'edited a direct message in a game',
  GAME_DIRECT_MESSAGE_DELETE: 'deleted a direct message in a game',
};

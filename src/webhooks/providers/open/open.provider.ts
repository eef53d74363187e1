import { z } from 'zod';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { titleOfAnything } from '../free-text.js';
import { answerFor, answerOptions } from '../generic-answer.js';
import { answerHandshake } from '../generic-handshake.js';
import type { HandshakeContext, Provider, WebhookRequest } from '../provider.js';
import { optionsReader } from '../read-options.js';

const openOptions = z.strictObject(answerOptions).meta({ title: 'OpenOptions' });
const optionsOf = optionsReader(openOptions, (options) => options);

/** Accepts any request to the URL: for first tries, and for senders that can't sign. */
export const provider: Provider = {
  name: 'open',
  setup: {
    label: 'Any sender, unsigned',
    documentation: 'https://www.rfc-editor.org/rfc/rfc9110#name-post',
    steps: [
      'Give the sender `{url}` as the address of its webhook. Every client that knows the address can send, so keep it secret.',
    ],
    secret: 'None: nothing is verified.',
  },
  secrets: 'none',
  options: openOptions,
  /** Short, so that the same curl command some time later is a new message, but an immediate retry is not. */
  dedupWindowSeconds: 10,

  verify: () => true,

  deliveryId: ({ headers }) => deliveryIdFrom(headers['idempotency-key']) ?? deliveryIdFrom(headers['webhook-id']),

  handshake: greet,

  unsignedHandshake: greet,

  answer: (_request, acceptance, options) => answerFor(optionsOf(options)?.answer, acceptance),

  describe: (request) => describeAs({ eventType: 'message', title: titleOfAnything(request) }),
};

function greet(request: WebhookRequest, context: HandshakeContext) {
  return answerHandshake(request, optionsOf(context.options)?.handshake, context);
}

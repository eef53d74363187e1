import { deliveryIdFrom } from '../delivery-id.js';
import { describeAnything } from '../free-text.js';
import type { Provider } from '../provider.js';
import { isStandardSigned, readStandardSecret, standardEvidence } from '../standard-webhooks-signature.js';

/** Any sender that follows the specification, under its own header names or under those of Svix, where it began. */
export const provider: Provider = {
  name: 'standard-webhooks',
  secrets: 'required',
  readSecret: readStandardSecret,
  evidence: standardEvidence,

  verify: (request, context) =>
    isStandardSigned(request, 'webhook', context) || isStandardSigned(request, 'svix', context),

  // The id is signed. Still the bytes count as well: a retry repeats them, and a sender may count its ids anew.
  deliveryId: ({ headers }) => deliveryIdFrom(headers['webhook-id'] ?? headers['svix-id']),

  describe: describeAnything,
};

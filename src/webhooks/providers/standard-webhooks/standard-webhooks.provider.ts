import { deliveryIdFrom } from '../delivery-id.js';
import { describeAnything } from '../free-text.js';
import type { Provider } from '../provider.js';
import { isStandardSigned, readStandardSecret, standardEvidence } from '../standard-webhooks-signature.js';

/** Any sender that follows the specification, with its header names or those of Svix. */
export const provider: Provider = {
  name: 'standard-webhooks',
  secrets: 'required',
  readSecret: readStandardSecret,
  evidence: standardEvidence,

  verify: (request, context) =>
    isStandardSigned(request, 'webhook', context) || isStandardSigned(request, 'svix', context),

  // The id is signed, but not trusted to be unique: a sender may restart its ids. A retry has the same bytes.
  deliveryId: ({ headers }) => deliveryIdFrom(headers['webhook-id'] ?? headers['svix-id']),

  describe: describeAnything,
};

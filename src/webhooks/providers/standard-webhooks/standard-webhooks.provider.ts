import { deliveryIdFrom } from '../delivery-id.js';
import { describeAnything } from '../free-text.js';
import type { Provider } from '../provider.js';
import { isStandardSigned, readStandardSecret, standardEvidence } from '../standard-webhooks-signature.js';

/** Any sender that follows the specification, with its header names or those of Svix. */
export const provider: Provider = {
  name: 'standard-webhooks',
  setup: {
    label: 'Standard Webhooks',
    documentation: 'https://www.standardwebhooks.com',
    steps: [
      'Give the sender `{url}` as the address of its webhook. Senders that use Svix follow this specification too.',
    ],
    secret: 'The sender shows it, mostly as `whsec_…`; `whpk_…` is the public key of a sender that signs with Ed25519.',
  },
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: readStandardSecret,
  evidence: standardEvidence,

  verify(request, context) {
    const isSigned = isStandardSigned(request, 'webhook', context);
    if (isSigned === true) return true;
    const isSignedBySvix = () => isStandardSigned(request, 'svix', context);
    return isSigned === false ? isSignedBySvix() : isSigned.then((isVerified) => isVerified || isSignedBySvix());
  },

  // The id is signed, but not trusted to be unique: a sender may restart its ids. A retry has the same bytes.
  deliveryId: ({ headers }) => deliveryIdFrom(headers['webhook-id'] ?? headers['svix-id']),

  describe: describeAnything,
};

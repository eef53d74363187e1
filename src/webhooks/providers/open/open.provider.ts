import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { titleOfAnything } from '../free-text.js';
import type { Provider } from '../provider.js';

/** Accepts any request to the URL: for first tries, and for senders that can't sign. */
export const provider: Provider = {
  name: 'open',
  secrets: 'none',
  /** Short, so that the same curl command some time later is a new message, but an immediate retry is not. */
  dedupWindowSeconds: 10,

  verify: () => true,

  deliveryId: ({ headers }) => deliveryIdFrom(headers['idempotency-key']) ?? deliveryIdFrom(headers['webhook-id']),

  describe: (request) => describeAs({ eventType: 'message', title: titleOfAnything(request) }),
};

import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs } from '../description.js';
import { titleOfAnything } from '../free-text.js';
import type { Provider } from '../provider.js';

/** Takes anything from anyone who knows the address: for trying out, and for senders that can't sign. */
export const provider: Provider = {
  name: 'open',
  secrets: 'none',
  /** The same line of curl a while later is another message; a retry of a sender comes at once. */
  dedupWindowSeconds: 10,

  verify: () => true,

  deliveryId: ({ headers }) => deliveryIdFrom(headers['idempotency-key']) ?? deliveryIdFrom(headers['webhook-id']),

  describe: (request) => describeAs({ eventType: 'message', title: titleOfAnything(request) }),
};

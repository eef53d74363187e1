import { describeAlerts } from '../alert-group.js';
import { credentialsIn } from '../basic-auth.js';
import type { Provider } from '../provider.js';
import { isOneOf } from '../signature.js';

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export const provider: Provider = {
  name: 'alertmanager',
  secrets: 'required',
  secretFrom: 'receiver',
  proof: 'token',
  secretHeaders: ['authorization'],
  evidence: { headers: () => ['authorization'] },
  readSecret(secret) {
    const isHeader = /^(?:authorization:|basic\s|bearer\s)/i.test(secret);
    return isHeader
      ? { problem: 'is a header: give the token alone, or the user name and the password as user:password' }
      : { keys: [secret] };
  },

  /** A token, or a user name and a password, which Alertmanager sends instead of a signature. TLS protects the body. */
  verify({ headers }, { secrets }) {
    const token = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1];
    if (token !== undefined) return isOneOf(token, secrets);
    // Without a password any request would pass that names the user.
    const credentials = credentialsIn(headers['authorization']);
    return isOneOf(
      credentials,
      secrets.filter((secret) => /:./s.test(secret)),
    );
  },

  deliveryId: () => undefined,
  /** Alertmanager sends the same bytes again after `repeat_interval`, which is hours; a retry comes within minutes. */
  dedupWindowSeconds: 120,

  describe: ({ body }) => describeAlerts(body),

  setup: {
    label: 'Prometheus Alertmanager',
    documentation: 'https://prometheus.io/docs/alerting/latest/configuration/#webhook_config',
    steps: [
      'Choose a random token, or a user name and a password, as the secret of the source.',
      'Add a receiver with `webhook_configs` to `alertmanager.yml`: `url: {url}`, and `send_resolved: true`.',
      'Put the token under `http_config` as `authorization: { credentials: <token> }`, or the password as `basic_auth: { username: <user>, password: <password> }`.',
      'Route alerts to the receiver, check the file with `amtool check-config`, and reload Alertmanager.',
    ],
    secret: 'You choose it: a token, or `user:password`.',
  },
};

import { count, describeAs } from '../description.js';
import { hmacScheme } from '../hmac-scheme.js';
import { isObject, parseObject } from '../parse-body.js';
import { listAt, valueAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { anyTextBut } from '../secret-forms.js';
import { queryOf } from '../signed-content.js';

const CHALLENGE = /^[\w.+/=-]{1,200}$/;

/** https://www.dropbox.com/developers/reference/webhooks */
export const provider: Provider = {
  name: 'dropbox',
  secrets: 'required',
  secretFrom: 'sender',
  readSecret: anyTextBut([[/^sl\.[\w-]+/, 'an access token']], "it is the app secret in the app's settings"),
  ...hmacScheme({ header: 'x-dropbox-signature' }),

  deliveryId: () => undefined,
  /** A notification names accounts only, so that the next change of the same accounts has equal bytes. */
  dedupWindowSeconds: 0,

  unsignedHandshake({ method, url }) {
    const challenge = new URLSearchParams(queryOf(url)).get('challenge') ?? '';
    if (method !== 'GET' || !CHALLENGE.test(challenge)) return undefined;
    const headers = { 'x-content-type-options': 'nosniff' };
    return { contentType: 'text/plain; charset=utf-8', body: challenge, headers };
  },

  answer: () => ({}),

  describe(request) {
    const payload = parseObject(request.body);
    const [eventType] = Object.keys(payload).filter((name) => /^[a-z_]{1,60}$/.test(name));
    const accounts = listAt(payload, 'list_folder.accounts').length;
    const teams = valueAt(payload, 'list_folder.teams');
    const members = isObject(teams) ? Object.values(teams).flat().length : 0;
    const owners = members > 0 ? count(members, 'member') + ' of a team' : count(Math.max(accounts, 1), 'account');
    return describeAs({ eventType, title: `Dropbox reported changes of files of ${owners}` });
  },

  setup: {
    label: 'Dropbox',
    documentation: 'https://www.dropbox.com/developers/reference/webhooks',
    steps: [
      'Open your app in the **App Console** at dropbox.com/developers/apps.',
      'On the tab **Settings**, under **Webhooks**, paste `{url}` as **Webhook URIs** and select **Add**.',
      'The status becomes **Enabled** when Dropbox has got its challenge back. Notifications name accounts, not files.',
    ],
    secret: 'It is the **App secret** on the tab **Settings** of the app.',
  },
};

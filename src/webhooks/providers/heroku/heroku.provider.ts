import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { hmacScheme } from '../hmac-scheme.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://devcenter.heroku.com/articles/app-webhooks */
export const provider: Provider = {
  name: 'heroku',
  setup: {
    label: 'Heroku',
    documentation: 'https://devcenter.heroku.com/articles/app-webhooks',
    steps: [
      'Run `heroku webhooks:add -i api:release,api:build -l sync -u {url} -a <app>`; `-i` lists the events, and `sync` repeats a delivery that failed.',
      'Copy the secret that the command prints; Heroku shows it only once. With `-s` you choose one yourself.',
    ],
    secret: 'The command `heroku webhooks:add` prints it, unless `-s` gives one.',
  },
  secrets: 'required',
  secretFrom: 'either',
  secretAfterUrl: true,
  signedId: true,
  // A subscription can have a fixed Authorization header, chosen by its owner.
  secretHeaders: ['authorization'],

  ...hmacScheme({ header: 'heroku-webhook-hmac-sha256', encoding: 'base64' }),

  /** The body of a retry differs, since each attempt has its own id; the id of the delivery stays the same. */
  deliveryId({ body }) {
    const payload = peekObject(body);
    return payload && deliveryIdFrom(firstTextAt(payload, 'webhook_metadata.delivery.id', 'id'));
  },

  describe(request) {
    const payload = parseObject(request.body);
    const resource = textAt(payload, 'resource');
    const action = textAt(payload, 'action');
    return describeAs({
      eventType: resource && action ? `${resource}.${action}` : resource,
      title: titleOf(resource, action, payload),
      url: firstTextAt(payload, 'data.app.web_url', 'data.web_url'),
      sender: firstTextAt(payload, 'actor.email', 'data.user.email'),
    });
  },
};

const pastTense: Record<string, string> = { create: 'created', update: 'updated', destroy: 'removed' };

/** "ada@example.com created release v42 of octo-web (Deploy 6dcb09b): succeeded" */
function titleOf(resource: string | undefined, action: string | undefined, payload: Payload): string {
  const version = textAt(payload, 'data.version');
  const app = firstTextAt(payload, 'data.app.name', 'data.name');
  const about = firstLine(textAt(payload, 'data.description'));
  const status = firstTextAt(payload, 'data.status', 'data.state');
  const title = sentence(
    firstTextAt(payload, 'actor.email', 'data.user.email') ?? 'Heroku',
    entryOf(pastTense, action) ?? action ?? 'changed',
    wordsOf(resource ?? 'something'),
    version && `v${version}`,
    app && (resource === 'app' ? app : `of ${app}`),
    about && `(${about})`,
  );
  return status ? `${title}: ${status}` : title;
}

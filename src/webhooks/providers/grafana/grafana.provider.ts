import { z } from 'zod';

import { describeAlerts } from '../alert-group.js';
import { hmacVerifier } from '../hmac-scheme.js';
import type { Provider } from '../provider.js';
import { optionsReader } from '../read-options.js';
import { evidenceOf } from '../signature-scheme.js';
import { anyTextBut } from '../secret-forms.js';

const grafanaOptions = z
  .strictObject({
    timestampHeader: z
      .string()
      .regex(/^[\w.-]{1,100}$/, 'must be the name of a header')
      .toLowerCase()
      .optional()
      .describe('the timestamp header of the contact point; with it only requests of the last 5 minutes are accepted'),
  })
  .meta({ title: 'GrafanaOptions', example: { timestampHeader: 'x-grafana-alerting-timestamp' } });

/** A signature of the body alone never counts for a source with a timestamp header. */
const prepare = optionsReader(grafanaOptions, ({ timestampHeader }) => {
  const header = 'x-grafana-alerting-signature';
  const scheme =
    timestampHeader === undefined
      ? { header }
      : { header, content: '{timestamp}:{body}', timestamp: { header: timestampHeader } };
  return { verify: hmacVerifier(scheme), evidence: evidenceOf(scheme) };
});

/** https://grafana.com/docs/grafana/latest/alerting/contact-points/notifiers/webhook-notifier */
export const provider: Provider = {
  name: 'grafana',
  secrets: 'required',
  secretFrom: 'receiver',
  options: grafanaOptions,
  readSecret: anyTextBut([[/^gl(?:sa|c)_/, 'a token']], 'you enter it under HMAC Signature of the contact point'),
  /** A notification has no id. The next one for the same alerts may be the same, but comes later than any retry. */
  dedupWindowSeconds: 120,
  evidence: {
    headers: () => ['x-grafana-alerting-signature'],
    signedAt: (request, options) => prepare(options)?.evidence.signedAt?.(request, options) ?? null,
  },

  verify: (request, context) => prepare(context.options)?.verify(request, context) ?? false,
  deliveryId: () => undefined,

  describe: ({ body }) => describeAlerts(body),

  setup: {
    label: 'Grafana Alerting',
    documentation:
      'https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/',
    steps: [
      'Open **Alerts & IRM**, **Alerting**, **Contact points** (Grafana 12 or newer), and select **Add contact point**.',
      'Choose **Webhook** as **Integration**, and paste `{url}` as **URL**. Keep **POST** as **HTTP Method**.',
      'Open **Optional Webhook settings**, **HMAC Signature**, and choose a text of at least 16 characters as **Secret**.',
      'Keep the header `X-Grafana-Alerting-Signature`. Enter `X-Grafana-Alerting-Timestamp` as **Timestamp Header**, and as the option `timestampHeader` of the source.',
      'Select **Save contact point**, and use it in a notification policy or an alert rule.',
    ],
    secret: 'You choose it and enter it as **Secret** under **HMAC Signature** of the contact point.',
  },
};

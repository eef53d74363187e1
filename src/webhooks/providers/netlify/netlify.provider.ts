import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine, sentence } from '../description.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { decodeBase64, decodeHex, equalBytes, isSigned, sha256 } from '../signature.js';

/** https://docs.netlify.com/deploy/deploy-notifications/#payload-signature */
export const provider: Provider = {
  name: 'netlify',
  setup: {
    label: 'Netlify',
    documentation: 'https://docs.netlify.com/deploy/deploy-notifications/',
    steps: [
      'Open **Project configuration > Notifications > Deploy notifications**, select **Add notification**, then **HTTP POST request**.',
      'Choose the event, for example **Deploy succeeded**, and paste `{url}` into **URL to notify**.',
      'Enter a long random text as **JWS secret token**, and save. Each event takes a notification of its own; all may have the same secret.',
    ],
    secret: 'The text that you enter as **JWS secret token**.',
  },
  secrets: 'required',
  secretFrom: 'receiver',
  signedId: true,
  evidence: { headers: () => ['x-webhook-signature'] },

  /** Verifies a JWS (RFC 7515) with the hash of the body. It has no timestamp, so it never expires. */
  verify({ headers, body }, { secrets }) {
    const [head = '', claims = '', signature, ...rest] = headers['x-webhook-signature']?.split('.') ?? [];
    const signed = isSigned({
      algorithm: 'sha256',
      content: [`${head}.${claims}`],
      signatures: [decodeBase64(signature, 'base64url')],
      keys: secrets,
    });
    return signed && rest.length === 0 && isHs256(head) && isAbout(body, claims);
  },

  /** Only signed values. A deploy can be locked and unlocked repeatedly without a change of its state. */
  deliveryId({ body }) {
    const payload = peekObject(body);
    const id = payload && textAt(payload, 'id');
    if (!payload || !id) return undefined;
    const locked = payload['locked'] === true ? 'locked' : undefined;
    const parts = [id, textAt(payload, 'state'), locked, textAt(payload, 'updated_at')];
    return deliveryIdFrom(parts.filter(Boolean).join(':'));
  },

  describe(request) {
    const payload = parseObject(request.body);
    const event = request.headers['x-netlify-event']?.replace('_', '.');
    const state = textAt(payload, 'state');
    return describeAs({
      eventType: event ?? (state && `deploy.${state}`) ?? 'notification',
      title: titleOf(payload),
      url: firstTextAt(payload, 'deploy_ssl_url', 'ssl_url', 'admin_url', 'url', 'site_url'),
      sender: firstTextAt(payload, 'committer', 'name'),
    });
  },
};

/** RFC 8725 3.1: the token must not choose the algorithm. RFC 7515 4.1.11: rejects unknown critical headers. */
function isHs256(head: string): boolean {
  const header = decodeBase64(head, 'base64url');
  const fields = header && peekObject(header);
  return fields?.['alg'] === 'HS256' && !('crit' in fields);
}

function isAbout(body: Buffer, claims: string): boolean {
  const token = decodeBase64(claims, 'base64url');
  const { iss, sha256: hash } = (token && peekObject(token)) ?? {};
  return iss === 'netlify' && typeof hash === 'string' && equalBytes(decodeHex(hash), sha256(body));
}

function titleOf(payload: Payload): string {
  const site = firstTextAt(payload, 'name', 'site_name', 'form_name') ?? 'Netlify';
  const form = textAt(payload, 'form_name');
  if (form) return sentence('The form', form, 'was filled in', siteOfForm(payload));
  const branch = firstTextAt(payload, 'branch', 'context');
  const about = firstLine(firstTextAt(payload, 'error_message', 'title'));
  const verbs = new Map([
    ['ready', 'deployed'],
    ['error', 'failed to deploy'],
    ['building', 'is building'],
    ['enqueued', 'is about to build'],
  ]);
  const state = textAt(payload, 'state') ?? 'unknown';
  return sentence(site, verbs.get(state) ?? `is ${state}:`, branch) + (about && `: ${about}`);
}

function siteOfForm(payload: Payload): string | undefined {
  const site = firstTextAt(payload, 'site_url', 'site_name');
  return site && `on ${site}`;
}

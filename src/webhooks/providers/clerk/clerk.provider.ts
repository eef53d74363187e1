import { describeAs, firstLine, sentence } from '../description.js';
import { capitalized, tellEvent, wordsOf } from '../event-sentence.js';
import { parseObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';
import { readSvixSecret, svixScheme } from '../svix-scheme.js';

/** https://clerk.com/docs/webhooks/overview */
export const provider: Provider = {
  name: 'clerk',
  secrets: 'required',
  secretFrom: 'sender',
  secretAfterUrl: true,
  readSecret: readSvixSecret(/^[sp]k_(?:live|test)_/, 'the page of the endpoint shows it, and it begins with whsec_'),
  ...svixScheme,

  describe({ body }) {
    const payload = parseObject(body);
    const type = textAt(payload, 'type');
    return describeAs({ eventType: type, title: titleOf(type ?? 'event', payload) });
  },

  setup: {
    label: 'Clerk',
    documentation: 'https://clerk.com/docs/webhooks/sync-data',
    steps: [
      'Open **Webhooks** of your application in the Clerk Dashboard, and select **Add Endpoint**.',
      'Paste `{url}` as **Endpoint URL**.',
      'Choose the events under **Subscribe to events**, such as `user.created`, and select **Create**.',
      'Copy the **Signing Secret** from the page of the endpoint into the source.',
    ],
    secret: 'It is the **Signing Secret** on the page of the endpoint, and begins with `whsec_`.',
  },
};

/** Events that are states and not deeds: https://clerk.com/changelog/2025-07-02-billing-webhooks */
const states: Record<string, string> = {
  active: 'is active',
  pending: 'is pending',
  past_due: 'is past due',
  pastDue: 'is past due',
  upcoming: 'is upcoming',
  incomplete: 'is incomplete',
  freeTrialEnding: 'has a free trial that ends soon',
};

/** "User Ada Lovelace was created" */
function titleOf(type: string, payload: Payload): string {
  const [noun = '', happening] = type.split('.');
  const state = entryOf(states, happening);
  const name = nameOf(noun, payload);
  if (state !== undefined) return sentence(capitalized(wordsOf(noun)), name, state);
  if (noun === 'email') return message('E-mail', name, textAt(payload, 'data.to_email_address'));
  if (noun === 'sms') return message('SMS', undefined, textAt(payload, 'data.to_phone_number'));
  return tellEvent(type, { by: 'Clerk', name });
}

function message(noun: string, subject: string | undefined, to: string | undefined): string {
  return sentence(noun, subject, to && `to ${to}`, 'was created');
}

function nameOf(noun: string, payload: Payload): string | undefined {
  const person = sentence(
    firstTextAt(payload, 'data.first_name', 'data.public_user_data.first_name', 'data.payer.first_name'),
    firstTextAt(payload, 'data.last_name', 'data.public_user_data.last_name', 'data.payer.last_name'),
  );
  const member = person || textAt(payload, 'data.public_user_data.identifier');
  const organization = firstTextAt(payload, 'data.organization.name', 'data.public_organization_data.name');
  if (noun === 'organizationMembership')
    return sentence(member && `of ${member}`, organization && `in ${organization}`);
  const name = firstTextAt(
    payload,
    'data.subject',
    'data.plan.name',
    'data.name',
    'data.email_address',
    'data.username',
  );
  return person || firstLine(name) || firstTextAt(payload, 'data.email_addresses.0.email_address', 'data.id');
}

import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Calendly' };
const invitee = {
  uri: 'https://api.calendly.com/scheduled_events/AAAAAAAAAAAAAAAA/invitees/BBBBBBBBBBBBBBBB',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  first_name: 'Ada',
  last_name: 'Lovelace',
  status: 'active',
  timezone: 'Europe/Berlin',
  event: 'https://api.calendly.com/scheduled_events/AAAAAAAAAAAAAAAA',
  rescheduled: false,
  cancel_url: 'https://calendly.com/cancellations/BBBBBBBBBBBBBBBB',
  reschedule_url: 'https://calendly.com/reschedulings/BBBBBBBBBBBBBBBB',
  scheduled_event: {
    uri: 'https://api.calendly.com/scheduled_events/AAAAAAAAAAAAAAAA',
    name: '30 minute meeting',
    status: 'active',
    start_time: '2026-11-24T10:00:00.000000Z',
    end_time: '2026-11-24T10:30:00.000000Z',
  },
};
const EVENTS = `invitee.created invitee.canceled invitee_no_show.created invitee_no_show.deleted
routing_form_submission.created event_type.created event_type.updated event_type.deleted`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: ['bjVGMldYc3M0aFk5cVQzd2NnS3hUcVlo', 'aFlxVHhLZ2N3M3RxOXloNHN2d3pib3Z3'],
  lists: ['calendly-webhook-signature'],
  examples: [
    {
      name: 'a booking',
      headers,
      body: JSON.stringify({
        event: 'invitee.created',
        created_at: '2026-11-20T12:00:00.000000Z',
        created_by: 'https://api.calendly.com/users/CCCCCCCCCCCCCCCC',
        payload: invitee,
      }),
      expected: { eventType: 'invitee.created', title: 'Ada Lovelace booked 30 minute meeting' },
    },
    {
      name: 'a cancellation',
      headers,
      body: JSON.stringify({
        event: 'invitee.canceled',
        created_at: '2026-11-20T12:05:00.000000Z',
        created_by: 'https://api.calendly.com/users/CCCCCCCCCCCCCCCC',
        payload: { ...invitee, status: 'canceled', cancellation: { canceled_by: 'Ada Lovelace', reason: 'Ill' } },
      }),
      expected: { eventType: 'invitee.canceled', title: 'Ada Lovelace canceled 30 minute meeting' },
    },
  ],
  eventTypes: EVENTS.map((event) => ({ headers, body: JSON.stringify({ event, payload: {} }) })),
  forge(genuine, sign, { secret, now }) {
    const seconds = Math.floor(now.getTime() / 1000);
    const at = (offset: number) => sign({ now: new Date(now.getTime() + offset * 1000) });
    const digest = (text: string) => createHmac('sha256', secret).update(text).update(genuine.body).digest('hex');
    const signed = (value: string) => ({ ...genuine, headers: { ...headers, 'calendly-webhook-signature': value } });
    const good = digest(`${seconds}.`);
    return {
      'a second too old': at(-301),
      'a second too new': at(301),
      'a second later': signed(`t=${seconds + 1},v1=${good}`),
      'no time': signed(`v1=${good}`),
      'two times': signed(`t=${seconds},t=${seconds},v1=${good}`),
      'another version': signed(`t=${seconds},v0=${good}`),
      'the body alone': signed(`t=${seconds},v1=${digest('')}`),
    };
  },
  sign(body, _headers, { secret, now }) {
    const timestamp = Math.floor(now.getTime() / 1000);
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { 'calendly-webhook-signature': `t=${timestamp},v1=${signature}` };
  },
};

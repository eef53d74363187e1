import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';
import { forgedHashes } from '../forged-hashes.fixtures.js';

const headers = {
  'content-type': 'application/json; charset=utf-8',
  'x-authorization-digest': 'HMACSHA256',
  'x-docusign-accountid': 'f5c2a1b7-3f8e-4b57-9d0c-8a6b1e2c3d4f',
};
const ids = {
  accountId: 'f5c2a1b7-3f8e-4b57-9d0c-8a6b1e2c3d4f',
  userId: '0d6c1b2a-9e8f-4c7d-8b6a-5e4f3a2b1c0d',
  envelopeId: '44c7e0f5-3f3a-4f0e-9c61-7e0d1a2b3c4d',
};
const message = {
  apiVersion: 'v2.1',
  uri: `/restapi/v2.1/accounts/${ids.accountId}/envelopes/${ids.envelopeId}`,
  retryCount: 0,
  configurationId: 10418598,
  generatedDateTime: '2026-11-20T12:00:00.6080000Z',
};
const envelopeSummary = {
  status: 'completed',
  emailSubject: 'Bitte unterschreiben: der Mietvertrag für Größe 7',
  envelopeId: ids.envelopeId,
  signingLocation: 'online',
  enableWetSign: 'true',
  createdDateTime: '2026-11-20T11:30:00.907Z',
  sentDateTime: '2026-11-20T11:31:00.640Z',
  completedDateTime: '2026-11-20T12:00:00.577Z',
  sender: { userName: 'Octo Inc.', userId: ids.userId, accountId: ids.accountId, email: 'octo@example.com' },
  recipients: {
    signers: [
      {
        recipientId: '1',
        recipientIdGuid: '5f6e7d8c-9b0a-4c3d-8e1f-2a3b4c5d6e7f',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        status: 'completed',
        routingOrder: '1',
      },
    ],
    carbonCopies: [],
    recipientCount: '1',
  },
};

const EVENTS = `envelope-created envelope-sent envelope-resent envelope-delivered envelope-completed envelope-declined
envelope-voided envelope-corrected envelope-deleted envelope-discard envelope-purge envelope-removed
envelope-reminder-sent recipient-sent recipient-resent recipient-autoresponded recipient-delivered recipient-completed
recipient-declined recipient-authenticationfailed recipient-delegate recipient-reassign recipient-finish-later
template-created template-modified template-deleted click-agreed click-declined an-event-to-come`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: ['7uLVf3SL5FyR9mPBwB0yQ2QmS0tR5QvLZc8gkq1d6pA=', 'Ap6d1qkg8cZLvQ5Rt0SmQ2Qy0BwBPm9RyF5LS3fVLu7='],
  examples: [
    {
      name: 'a completed envelope',
      headers,
      body: JSON.stringify({ event: 'envelope-completed', ...message, data: { ...ids, envelopeSummary } }),
      expected: {
        eventType: 'envelope-completed',
        title: 'Envelope Bitte unterschreiben: der Mietvertrag für Größe 7 was completed',
        deliveryId: `envelope-completed:2026-11-20T12:00:00.6080000Z:10418598:${ids.envelopeId}`,
      },
    },
    {
      name: 'a recipient that signed, sent again',
      headers,
      body: JSON.stringify({
        event: 'recipient-completed',
        ...message,
        retryCount: 3,
        data: { ...ids, recipientId: '1', envelopeSummary },
      }),
      expected: {
        eventType: 'recipient-completed',
        title: 'Envelope Bitte unterschreiben: der Mietvertrag für Größe 7 was completed by Ada Lovelace',
        deliveryId: `recipient-completed:2026-11-20T12:00:00.6080000Z:10418598:${ids.envelopeId}:1`,
      },
    },
  ],
  eventTypes: EVENTS.map((event) => ({ headers, body: JSON.stringify({ event, ...message, data: ids }) })),
  forge(genuine, _sign, { secret }) {
    const good = genuine.headers['x-docusign-signature-1'] ?? '';
    const signedIn = (name: string) => ({ ...genuine, headers: { ...headers, [name]: good } });
    return {
      ...forgedHashes(genuine, { header: 'x-docusign-signature-1', secret, encoding: 'base64' }),
      'in a header without a number': signedIn('x-docusign-signature'),
      'in a header with the number 0': signedIn('x-docusign-signature-0'),
      'in a header with the number 01': signedIn('x-docusign-signature-01'),
      'in the eleventh header': signedIn('x-docusign-signature-11'),
    };
  },
  sign: (body, _headers, { secret }) => ({
    'x-docusign-signature-1': createHmac('sha256', secret).update(body).digest('base64'),
  }),
};

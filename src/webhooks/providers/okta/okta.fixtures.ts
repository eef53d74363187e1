import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json', 'user-agent': 'Okta-EventHook/1.0' };
const envelope = {
  eventType: 'com.okta.event_hook',
  eventTypeVersion: '1.0',
  cloudEventsVersion: '0.1',
  source: 'https://octo.okta.example/api/v1/eventHooks/whor43jEtMpqbPiVp0g4',
  eventTime: '2026-11-20T12:00:01.000Z',
  contentType: 'application/json',
};
const admin = { id: '00u1f96ECLNVOKVMUSEA', type: 'User', alternateId: 'ada@example.com', displayName: 'Ada Lovelace' };

function event(eventType: string, displayMessage: string, target: readonly object[]): object {
  return {
    uuid: 'b8a3d1e0-9f1e-11ee-8c90-0242ac120002',
    published: '2026-11-20T12:00:00.000Z',
    eventType,
    version: '0',
    displayMessage,
    severity: 'INFO',
    client: { userAgent: { rawUserAgent: 'Mozilla/5.0', os: 'Linux', browser: 'FIREFOX' }, ipAddress: '203.0.113.7' },
    actor: admin,
    outcome: { result: 'SUCCESS' },
    target,
    transaction: { type: 'WEB', id: 'X0a1b2c3d4e5f6g7h8i9j0', detail: {} },
    debugContext: { debugData: { requestUri: '/api/v1/users' } },
    legacyEventType: null,
    authenticationContext: { authenticationStep: 0, externalSessionId: '102mJ0sBlVyTqOZ' },
    securityContext: {},
    insertionTimestamp: null,
  };
}

const grace = {
  id: '00u2g07FDMOWPLWNVTFB',
  type: 'User',
  alternateId: 'grace@example.com',
  displayName: 'Grace Hopper',
};
const group = { id: '00g3h18GENPXQMXOWUGC', type: 'UserGroup', alternateId: 'unknown', displayName: 'Größen' };

/** Some of the types that event hooks can subscribe to; the catalogue has hundreds. */
const TYPES = `application.lifecycle.activate application.lifecycle.create application.lifecycle.deactivate
application.lifecycle.delete application.lifecycle.update application.user_membership.add
application.user_membership.change_username application.user_membership.remove application.user_membership.update
certification.campaign.close certification.campaign.create certification.campaign.launch certification.remediation.open
device.enrollment.create device.lifecycle.activate device.user.add device.user.remove event_hook.created
group.application_assignment.add group.application_assignment.remove group.lifecycle.create group.lifecycle.delete
group.privilege.grant group.privilege.revoke group.profile.update group.user_membership.add group.user_membership.remove
iam.resourceset.create iam.role.create policy.lifecycle.activate policy.lifecycle.create policy.lifecycle.deactivate
policy.lifecycle.delete policy.lifecycle.update policy.rule.add policy.rule.update security.breached_credential.detected
security.threat.detected system.agent.ad.connect system.import.complete system.org.rate_limit.violation
system.org.rate_limit.warning user.account.expire_password user.account.lock user.account.privilege.grant
user.account.privilege.revoke user.account.report_suspicious_activity_by_enduser user.account.reset_password
user.account.unlock user.account.unlock_by_admin user.account.update_password user.account.update_primary_email
user.account.update_profile user.authentication.auth_via_mfa user.authentication.sso user.authentication.verify
user.lifecycle.activate user.lifecycle.create user.lifecycle.deactivate user.lifecycle.delete.completed
user.lifecycle.delete.initiated user.lifecycle.reactivate user.lifecycle.suspend user.lifecycle.unsuspend
user.mfa.factor.activate user.mfa.factor.deactivate user.mfa.factor.reset_all user.risk.change
user.session.access_admin_app user.session.clear user.session.end user.session.impersonation.initiate
user.session.start workflows.user.delegatedflow.run zone.update an.event.to_come`.split(/\s+/);

export const fixtures: ProviderFixtures = {
  secrets: ['h7Kd2Qx9Vb4Mz1Tn6Wp3', '3pW6nT1zM4bV9xQ2dK7h'],
  coversBody: false,
  examples: [
    {
      name: 'a new user',
      headers,
      body: JSON.stringify({
        ...envelope,
        eventId: 'd1f5c3a7-6b1f-4b8d-a9c2-0e4f6a8b1c3d',
        data: { events: [event('user.lifecycle.create', 'Create Okta user', [grace])] },
      }),
      expected: {
        eventType: 'user.lifecycle.create',
        title: 'Ada Lovelace created a user: Grace Hopper',
        deliveryId: 'd1f5c3a7-6b1f-4b8d-a9c2-0e4f6a8b1c3d',
      },
    },
    {
      name: 'several events at once',
      headers,
      body: JSON.stringify({
        ...envelope,
        eventId: 'e2a6d4b8-7c20-4c9e-bad3-1f507b9c2d4e',
        data: {
          events: [
            event('group.user_membership.add', 'Add user to group membership', [grace, group]),
            event('user.session.start', 'User login to Okta', []),
          ],
        },
      }),
      expected: {
        eventType: 'group.user_membership.add',
        title: 'Ada Lovelace added a user to a group: Grace Hopper, Größen (and 1 more)',
        deliveryId: 'e2a6d4b8-7c20-4c9e-bad3-1f507b9c2d4e',
      },
    },
  ],
  eventTypes: TYPES.map((eventType) => ({
    headers,
    body: JSON.stringify({ ...envelope, data: { events: [{ eventType }] } }),
  })),
  handshakes: [
    {
      name: 'the verification',
      method: 'GET',
      headers: { 'x-okta-verification-challenge': 'AZhxQzTm3Hk0-b7N_dRw' },
      isSigned: false,
      expected: { contentType: 'application/json', body: '{"verification":"AZhxQzTm3Hk0-b7N_dRw"}' },
    },
  ],
  forge: (genuine, _sign, { secret }) => ({
    'the token as a bearer token': { ...genuine, headers: { authorization: `Bearer ${secret}` } },
    'the token as a password': {
      ...genuine,
      headers: { authorization: `Basic ${Buffer.from(`okta:${secret}`).toString('base64')}` },
    },
    'the token in another header': { ...genuine, headers: { 'x-api-key': secret } },
    'the token in another case': { ...genuine, headers: { authorization: secret.toLowerCase() } },
    'the token in the query': { ...genuine, headers: {}, url: `${genuine.url}&authorization=${secret}` },
    'a challenge by POST': { ...genuine, headers: { 'x-okta-verification-challenge': 'AZhxQzTm3Hk0' } },
  }),
  sign: (_body, _headers, { secret }) => ({ authorization: secret }),
};

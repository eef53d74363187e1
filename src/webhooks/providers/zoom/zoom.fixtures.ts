import { createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Zoom Marketplace/1.0a' };
const SECRET = 'gcw3Tq9Yh4sVwZb3hYqTxK';
const meeting = {
  id: '1234567890',
  uuid: '4444AAAiAAAAAiAiAiiAii==',
  host_id: 'x1yCzABCDEfg23HiJKl4mN',
  topic: 'Standup',
  type: 8,
  start_time: '2026-11-20T12:00:00Z',
  timezone: 'Europe/Berlin',
  duration: 15,
};

const EVENTS =
  `meeting.started meeting.ended meeting.created meeting.updated meeting.deleted meeting.permanently_deleted
meeting.recovered meeting.alert meeting.participant_joined meeting.participant_left meeting.participant_admitted
meeting.participant_put_in_waiting_room meeting.participant_joined_waiting_room meeting.participant_left_waiting_room
meeting.participant_joined_before_host meeting.participant_jbh_joined meeting.participant_jbh_waiting
meeting.participant_bind meeting.participant_role_changed meeting.participant_feedback meeting.sharing_started
meeting.sharing_ended meeting.registration_created meeting.registration_approved meeting.registration_cancelled
meeting.registration_denied meeting.invitation_accepted meeting.live_streaming_started meeting.live_streaming_stopped
meeting.chat_message_sent meeting.chat_message_file_sent meeting.summary_completed meeting.summary_deleted
meeting.summary_recovered meeting.summary_shared meeting.summary_updated meeting.rtms_started meeting.rtms_stopped
meeting.aic_transcript_completed meeting.device_tested meeting.risk_alert meeting.breakout_room_sharing_started
webinar.started webinar.ended webinar.created webinar.updated webinar.deleted webinar.participant_joined
webinar.participant_left webinar.registration_created webinar.registration_approved webinar.registration_cancelled
webinar.sharing_started webinar.sharing_ended webinar.alert recording.started recording.paused recording.resumed
recording.stopped recording.completed recording.trashed recording.deleted recording.recovered recording.renamed
recording.transcript_completed recording.registration_created recording.registration_approved recording.registration_denied
recording.archive_files_completed recording.batch_deleted user.created user.updated user.deleted user.activated
user.deactivated user.disassociated user.signed_in user.signed_out user.settings_updated user.presence_status_updated
user.personal_notes_updated user.invitation_accepted account.created account.updated account.disassociated
account.settings_updated phone.caller_ringing phone.callee_ringing phone.caller_connected phone.callee_answered
phone.callee_missed phone.callee_ended phone.caller_ended phone.callee_rejected phone.callee_on_hold
phone.voicemail_received phone.voicemail_deleted phone.recording_completed phone.recording_started phone.sms_sent
phone.sms_received phone.emergency_alert phone.call_log_completed phone.callee_call_log_completed
chat_message.sent chat_message.updated chat_message.deleted chat_channel.created chat_channel.updated
chat_channel.deleted chat_channel.member_joined chat_channel.member_left chat_channel.member_invited zoomroom.alert
zoomroom.checked_in zoomroom.checked_out zoomroom.sensor_data contact_center.engagement_started
contact_center.engagement_ended scheduler.scheduled_event_created app_deauthorized app.deauthorized`.split(/\s+/);

const validation = JSON.stringify({
  payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' },
  event_ts: 1763640000000,
  event: 'endpoint.url_validation',
});
const validated = {
  contentType: 'application/json',
  body: JSON.stringify({
    plainToken: 'qgg8vlvZRS6UYooatFL8Aw',
    encryptedToken: createHmac('sha256', SECRET).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex'),
  }),
};

export const fixtures: ProviderFixtures = {
  secrets: [SECRET, 'KxTqYh3bZwVs4hY9qT3wcg'],
  examples: [
    {
      name: 'a meeting that started',
      headers,
      body: JSON.stringify({
        event: 'meeting.started',
        payload: { account_id: 'AAAAAABBBB', object: meeting },
        event_ts: 1763640000123,
      }),
      expected: { eventType: 'meeting.started', title: 'Meeting Standup started' },
    },
    {
      name: 'a participant',
      headers,
      body: JSON.stringify({
        event: 'meeting.participant_joined',
        payload: {
          account_id: 'AAAAAABBBB',
          object: {
            ...meeting,
            participant: {
              user_id: '16778240',
              user_name: 'Ada Lovelace',
              email: 'ada@example.com',
              join_time: meeting.start_time,
            },
          },
        },
        event_ts: 1763640060456,
      }),
      expected: { eventType: 'meeting.participant_joined', title: 'Ada Lovelace joined meeting Standup' },
    },
  ],
  eventTypes: EVENTS.map((event) => ({ headers, body: JSON.stringify({ event, payload: { object: {} } }) })),
  handshakes: [
    { name: 'the validation of the URL', headers, body: validation, isSigned: true, expected: validated },
    { name: 'a validation that is not signed', headers, body: validation, isSigned: false, expected: validated },
  ],
  forge(genuine, sign, { secret, now }) {
    const seconds = Math.floor(now.getTime() / 1000);
    const at = (offset: number) => sign({ now: new Date(now.getTime() + offset * 1000) });
    const signed = (signature: string, timestamp = String(seconds)) => ({
      ...genuine,
      headers: { ...headers, 'x-zm-request-timestamp': timestamp, 'x-zm-signature': signature },
    });
    const digest = (text: string) => createHmac('sha256', secret).update(text).update(genuine.body).digest('hex');
    const good = `v0=${digest(`v0:${seconds}:`)}`;
    return {
      'a second too old': at(-301),
      'a second too new': at(301),
      'a second later': signed(good, String(seconds + 1)),
      'a time in milliseconds': signed(`v0=${digest(`v0:${seconds}000:`)}`, `${seconds}000`),
      'no time': { ...genuine, headers: { ...headers, 'x-zm-signature': good } },
      'another version': signed(good.replace('v0=', 'v1=')),
      'the body alone': signed(`v0=${digest('')}`),
    };
  },
  sign(body, _headers, { secret, now }) {
    const timestamp = String(Math.floor(now.getTime() / 1000));
    const signature = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
    return { 'x-zm-request-timestamp': timestamp, 'x-zm-signature': `v0=${signature}` };
  },
};

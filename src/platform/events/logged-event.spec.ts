import { describe, expect, it } from '@jest/globals';
import { loggedEvent, traceOf, wholeJson, type EventFields } from './logged-event.js';

const TRACE = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const OTHER = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
const fields: EventFields = {
  type: 'car:washed',
  id: '019a0000-0000-7000-8000-000000000000',
  channel: 'topic:1/cars',
  offset: 1,
  ts: 1,
  actor: null,
  payload: '{"n":1}',
};

describe('an event of a trace', () => {
  it('has it before its payload, also with restricted fields', () => {
    const event = loggedEvent({ ...fields, trace: TRACE, restricted: '{"body":2}' });
    expect(JSON.parse(event.json)).toEqual({ ...fields, trace: TRACE, payload: { n: 1 } });
    expect(JSON.parse(wholeJson(event))).toMatchObject({ trace: TRACE, payload: { n: 1, body: 2 } });
    expect([event.json, wholeJson(event)].map(traceOf)).toEqual([TRACE, TRACE]);
  });

  it.each([undefined, null])('has no such member where it is %p', (trace) => {
    const { json } = loggedEvent({ ...fields, ...(trace === null && { trace }) });
    expect(JSON.parse(json)).not.toHaveProperty('trace');
    expect(traceOf(json)).toBeUndefined();
  });

  it('takes no trace from a payload, a type or a channel', () => {
    const payload = JSON.stringify({ a: 1, trace: OTHER, more: { b: 1, trace: OTHER } });
    expect(traceOf(loggedEvent({ ...fields, payload }).json)).toBeUndefined();
    expect(traceOf(loggedEvent({ ...fields, payload, trace: TRACE }).json)).toBe(TRACE);
    const forged = `x","trace":"${OTHER}`;
    expect(traceOf(loggedEvent({ ...fields, type: forged, channel: forged }).json)).toBeUndefined();
  });
});

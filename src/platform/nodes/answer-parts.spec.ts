import { describe, expect, it } from '@jest/globals';
import { BUS_MESSAGE_BYTES } from '../bus/bus.js';
import { AnswerParts, MAX_ANSWER_BYTES, partsOf } from './answer-parts.js';

const ID = '0198c5a8-7b1e-7000-8000-000000000001';
const NODE = '0198c5a8-7b1e-7000-8000-000000000002';

describe('the parts of an answer', () => {
  it('fit on the bus and join in any order, also when one arrives twice', () => {
    const json = JSON.stringify({ text: 'topic/ünï/\u{1f680} '.repeat(5_000) });
    const messages = partsOf(ID, NODE, json);
    expect(messages.length).toBeGreaterThan(10);
    for (const message of messages) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(BUS_MESSAGE_BYTES);
    const parts = new AnswerParts();
    const [first = '', ...rest] = messages;
    const results = [...rest.toReversed(), rest[0] ?? '', first].map((message) => parts.add(message));
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    const { nodeId, text } = results.at(-1) ?? {};
    expect(nodeId).toBe(NODE);
    expect(JSON.parse(text ?? '')).toEqual(JSON.parse(json));
  });

  it('make no answer while one of them is missing', () => {
    const parts = new AnswerParts();
    const messages = partsOf(ID, NODE, JSON.stringify('x'.repeat(20_000)));
    expect(messages.slice(1).map((message) => parts.add(message))).toEqual([undefined, undefined]);
  });

  it('are refused when the answer is too long', () => {
    expect(() => partsOf(ID, NODE, 'x'.repeat(MAX_ANSWER_BYTES + 1))).toThrow('too long');
  });

  it('include one for an empty answer', () => {
    const [message = ''] = partsOf(ID, NODE, '');
    expect(new AnswerParts().add(message)).toEqual({ nodeId: NODE, text: '' });
  });
});

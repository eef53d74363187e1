import { describe, expect, it } from '@jest/globals';
import { readFrame } from './client-frame.js';

describe('readFrame', () => {
  it('reads type, id and payload', () => {
    expect(readFrame('{"type":"ping","id":7,"payload":{"a":1},"more":true}')).toEqual({
      frame: { type: 'ping', id: 7, payload: { a: 1 } },
      id: 7,
    });
  });

  it('reads a frame that has neither payload nor id', () => {
    expect(readFrame('{"type":"ping"}').frame?.type).toBe('ping');
  });

  it.each(['', 'ping', 'null', '[]', '"ping"', '{}', '{"type":7}', '{"type":""}', '{"type":"ping"'])(
    'finds no frame in %j',
    (text) => {
      expect(readFrame(text)).toEqual({});
    },
  );

  it('saves the id of a frame that has no type', () => {
    expect(readFrame('{"id":"a","payload":{}}')).toEqual({ id: 'a' });
  });

  it('takes no id that is neither a short text nor a number', () => {
    expect(readFrame('{"type":"ping","id":{}}')).toEqual({});
    expect(readFrame(JSON.stringify({ type: 'ping', id: 'a'.repeat(101) }))).toEqual({});
  });
});

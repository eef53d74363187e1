import { describe, expect, it } from '@jest/globals';
import { parseFrame } from './parse-frame.js';

describe('parseFrame', () => {
  it('reads type, id and payload', () => {
    expect(parseFrame('{"type":"ping","id":7,"payload":{"a":1},"more":true}')).toEqual({
      frame: { type: 'ping', id: 7, payload: { a: 1 } },
      id: 7,
    });
  });

  it('reads a frame without payload and id', () => {
    expect(parseFrame('{"type":"ping"}').frame?.type).toBe('ping');
  });

  it.each(['', 'ping', 'null', '[]', '"ping"', '{}', '{"type":7}', '{"type":""}', '{"type":"ping"'])(
    'finds no frame in %j',
    (text) => {
      expect(parseFrame(text)).toEqual({});
    },
  );

  it('returns the id of a frame without a type', () => {
    expect(parseFrame('{"id":"a","payload":{}}')).toEqual({ id: 'a' });
  });

  it('ignores an id that is neither a short string nor a number', () => {
    expect(parseFrame('{"type":"ping","id":{}}')).toEqual({});
    expect(parseFrame(JSON.stringify({ type: 'ping', id: 'a'.repeat(101) }))).toEqual({});
  });
});

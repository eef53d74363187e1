import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TidingsError } from '../../platform/errors.js';
import { clientFrames } from './client-frames.js';
import { textFrames, textsOf } from './encode-frames.js';
import { parseFrame } from './parse-frame.js';
import { PayloadPipe } from './payload.pipe.js';

/** Around the lengths at which a WebSocket frame gets a longer header. */
const length = fc.oneof(
  fc.nat(300),
  fc.constantFrom(125, 126, 127, 65_535, 65_536),
  fc.integer({ max: 70_000, min: 0 }),
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.tuple(length, fc.constantFrom('x', 'ü', '€', '😀')).map(([count, unit]) => unit.repeat(count)),
);

describe('text frames', () => {
  it('hold the same texts, whatever their lengths and characters', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (texts) => {
        const framed = textFrames(texts);
        expect(textsOf(framed)).toEqual(texts);
        expect(framed.ends.at(-1) ?? 0).toBe(framed.bytes.length);
      }),
    );
  });
});

describe('a frame of a client', () => {
  it('is read as it was written', () => {
    const frame = fc.record(
      {
        type: fc.string({ minLength: 1, maxLength: 100 }),
        id: fc.oneof(fc.string({ maxLength: 100 }), fc.integer()),
        payload: fc.jsonValue(),
      },
      { requiredKeys: ['type'] },
    );
    fc.assert(
      fc.property(frame, (sent) => {
        const { frame: read, id } = parseFrame(JSON.stringify(sent));
        expect(JSON.stringify(read)).toBe(JSON.stringify({ type: sent.type, id: sent.id, payload: sent.payload }));
        expect(id).toBe(sent.id);
      }),
    );
  });

  it('is a frame, an id or nothing for any text and any bytes, and never an error', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((each) => Buffer.from(each).toString('utf8'));
    const cut = fc.tuple(fc.json(), fc.nat(30)).map(([json, end]) => json.slice(0, -end));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), bytes, fc.json(), cut), (sent) => {
        const { frame, id, ...rest } = parseFrame(sent);
        expect(rest).toEqual({});
        if (frame !== undefined) expect(typeof frame.type).toBe('string');
        if (id !== undefined) expect(['string', 'number']).toContain(typeof id);
      }),
    );
  });
});

describe.each(Object.entries(clientFrames))('the payload of %s', (_type, { payload }) => {
  it('is accepted, or refused with frame.malformed', () => {
    const field = fc.constantFrom('channel', 'position', 'epoch', 'offset', 'workspaceId', 'positions', 'token', 'x');
    const nearly = fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.dictionary(field, fc.jsonValue())));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly), (given) => {
        try {
          new PayloadPipe(payload).transform(given);
        } catch (error) {
          expect(error).toBeInstanceOf(TidingsError);
          expect((error as TidingsError).code).toBe('frame.malformed');
        }
      }),
    );
  });
});

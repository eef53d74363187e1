import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TidingsError } from '../../platform/errors.js';
import { includedBody } from '../processing/included-body.js';
import { describeAnything, titleOfAnything } from './free-text.js';
import { parseEntire, parseForm, parseJson } from './parse-body.js';
import { parseMultipart } from './parse-multipart.js';
import { parseXml } from './parse-xml.js';
import type { WebhookRequest } from './provider.js';
import { readContent } from './read-content.js';
import { decodeBase64, decodeHex, isSigned, MAX_SIGNATURES } from './signature.js';
import { readSignedContent } from './signed-content.js';
import { skimJson } from './skim-json.js';
import { isStandardSigned, readStandardSecret } from './standard-webhooks-signature.js';
import { timeOf } from './timestamp-window.js';
import { readUnambiguousObject } from './unambiguous-json.js';

const BOUNDARY = 'b0';
const TEXTS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '1',
  'null',
  ' ',
  '\n',
  '<a>',
  '</a>',
  '<!--',
  '<![CDATA[',
  ']]>',
];
const CODES = ['&', '&lt;', '&#x', 'a=', '%', '%4', '+', `--${BOUNDARY}`, '--', '\r\n'];
const pieces = fc.constantFrom(...TEXTS, ...CODES, 'Content-Disposition: form-data; name="a"');
const bytes = fc.oneof(
  fc.array(pieces, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
  fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
  fc.json({ maxDepth: 5 }).map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text)),
);
const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  `multipart/form-data; boundary=${BOUNDARY}`,
  '',
  'x',
];
const type = fc.constantFrom(...TYPES);
const request: fc.Arbitrary<WebhookRequest> = fc
  .tuple(bytes, type)
  .map(([body, each]) => ({ headers: { 'content-type': each }, body, url: 'https://tidings.example.com/' }));

/** @throws every error but `delivery.unreadable` */
function unlessUnreadable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TidingsError && error.code === 'delivery.unreadable') return undefined;
    throw error;
  }
}

describe('a reader of bodies', () => {
  it('throws nothing but delivery.unreadable, for any bytes of any type', () => {
    fc.assert(
      fc.property(request, (given) => {
        for (const read of [readContent, parseMultipart]) unlessUnreadable(() => read(given));
        for (const read of [parseJson, parseEntire, parseForm, parseXml]) unlessUnreadable(() => read(given.body));
      }),
      { numRuns: 2_000 },
    );
  });

  it('that never throws describes, skims and includes any bytes of any type', () => {
    fc.assert(
      fc.property(
        request,
        fc.array(
          fc.string().map((name) => `/${name}`),
          { maxLength: 3 },
        ),
        (given, pointers) => {
          expect(typeof titleOfAnything(given)).toBe('string');
          expect(typeof describeAnything(given).title).toBe('string');
          skimJson(given.body);
          readUnambiguousObject(given.body);
          includedBody(given, 'body');
          includedBody(given, pointers);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('JSON of a sender', () => {
  // A body with a name that could pollute a prototype is read as an outline only.
  const value = fc.jsonValue({ maxDepth: 6 }).filter((each) => !/__proto__|constructor/.test(JSON.stringify(each)));

  it('is read as by JSON.parse', () => {
    fc.assert(
      fc.property(value, (sent) => {
        const text = JSON.stringify(sent);
        expect(parseEntire(Buffer.from(text))?.value ?? null).toEqual(JSON.parse(text));
      }),
    );
  });

  it('has in its outline what it has at the same place, as far as it is kept', () => {
    fc.assert(
      fc.property(value, (sent) => {
        const text = JSON.stringify(sent);
        const outline = skimJson(Buffer.from(text));
        expect(outline).toBeDefined();
        expectWithin(outline?.value, JSON.parse(text));
      }),
    );
  });

  it('is included by the pointer of each of its values (RFC 6901)', () => {
    fc.assert(
      fc.property(value, (sent) => {
        const body = Buffer.from(JSON.stringify(sent));
        const given = { headers: { 'content-type': 'application/json' }, body, url: '' };
        for (const [pointer, expected] of pointersOf(JSON.parse(body.toString())).slice(0, 40)) {
          const { body: found } = includedBody(given, [pointer]);
          expect(found).toEqual({ [pointer]: expected });
        }
      }),
    );
  });
});

describe('a signature', () => {
  it('is decoded to the bytes that were encoded, and from one spelling only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.string({ maxLength: 80 }), (each, text) => {
        const sent = Buffer.from(each);
        expect(decodeHex(sent.toString('hex'))).toEqual(sent);
        for (const encoding of ['base64', 'base64url'] as const) {
          expect(decodeBase64(sent.toString(encoding), encoding)).toEqual(sent);
          const decoded = decodeBase64(text, encoding);
          if (decoded !== undefined) expect(decoded.toString(encoding)).toBe(text);
        }
        const digits = decodeHex(text);
        if (digits !== undefined) expect(digits.toString('hex')).toBe(text);
      }),
    );
  });

  it('of any bytes in any list is wrong, and no error', async () => {
    const item = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 80 }).map((each) => `v1,${Buffer.from(each).toString('base64')}`),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((each) => `v1a,${Buffer.from(each).toString('base64')}`),
    );
    const now = new Date('2026-11-20T12:00:00Z');
    const secrets = [
      `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      `whpk_${Buffer.alloc(32, 1).toString('base64')}`,
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: MAX_SIGNATURES + 2 }), bytes, async (list, body) => {
        const signature = list.join(' ');
        const headers = {
          'webhook-id': 'msg_1',
          'webhook-timestamp': String(now.getTime() / 1_000),
          'webhook-signature': signature,
        };
        expect(await isStandardSigned({ headers, body, url: '' }, 'webhook', { secrets, now })).toBe(false);
        const signatures = list.map((each) => decodeBase64(each));
        expect(isSigned({ algorithm: 'sha256', content: [body], signatures, keys: secrets })).toBe(false);
      }),
    );
  });

  it('has a time that is a number or undefined, for any text', () => {
    const time = fc.oneof(fc.string(), fc.integer().map(String), fc.date({ noInvalidDate: true }).map(String));
    fc.assert(
      fc.property(time, fc.constantFrom('s', 'ms', 'iso'), (text, unit) => {
        const found = timeOf(text, unit);
        if (found !== undefined) expect(Number.isFinite(found)).toBe(true);
      }),
    );
  });

  it('covers the parts of any template, or the template is refused', () => {
    const part = fc.constantFrom('{body}', '{timestamp}', '{id}', '{url}', '{query}', '{header:x}', '{form}', '{', '}');
    const template = fc
      .array(fc.oneof(part, fc.string({ maxLength: 4 })), { maxLength: 10 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(template, request, (text, given) => {
        readSignedContent(text)?.({ request: given });
      }),
    );
  });

  it('has a secret that is keys or a problem, for any text', () => {
    const prefix = fc.constantFrom('', 'whsec_', 'whpk_', 'whsk_', 'v1,', 'v1a,whpk_', '|', ' ');
    const text = fc.array(fc.tuple(prefix, fc.oneof(fc.string(), fc.base64String()))).map((all) => all.flat().join(''));
    fc.assert(
      fc.property(text, (secret) => {
        const reading = readStandardSecret(secret);
        expect('keys' in reading || 'problem' in reading).toBe(true);
      }),
    );
  });
});

/** Lists are cut, and names that could pollute a prototype are skipped. */
function expectWithin(outline: unknown, whole: unknown): void {
  if (typeof outline !== 'object' || outline === null) {
    if (typeof whole !== 'object' || whole === null) expect(outline).toEqual(whole);
    return;
  }
  for (const [name, inner] of Object.entries(outline)) {
    if (inner !== undefined) expectWithin(inner, (whole as Record<string, unknown>)[name]);
  }
}

/** Every value below a value, with its pointer. */
function pointersOf(value: unknown, at = ''): Array<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  const inner = Object.entries(value).flatMap(([name, item]) =>
    pointersOf(item, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return [[at, value], ...inner];
}

import { z } from 'zod';
import type { Acceptance, ProviderAnswer } from './provider.js';
import { ENCODINGS } from './signature-scheme.js';

const text = z.string().max(100);

/** The place of a value in a request: `query:hub.challenge`, `header:x-hook-secret` or `body:challenge`. */
const place = z
  .string()
  .regex(/^(?:query|header|body):[\w.-]{1,100}$/, 'must be `query:`, `header:` or `body:` and a name');

/** Without those that a browser or a proxy acts on, such as X-Accel-Redirect of nginx. */
const OWN_HEADER =
  /^x-(?!accel-|content-|dns-|download-|forwarded|frame-|lighttpd-|permitted-|powered-|real-|robots-|sendfile|tidings-|ua-|xss-)[\w-]{1,98}$/i;

const isOwnHeader = (name: string): boolean => OWN_HEADER.test(name);

/** The name in a place: `hub.challenge` of `query:hub.challenge`. */
export const nameOf = (at: string): string => at.slice(at.indexOf(':') + 1);

const answer = z.strictObject({
  status: z.union([200, 201, 202, 204].map((status) => z.literal(status))).default(200),
  // Types that a browser does not run as a page of this origin.
  contentType: z.enum(['text/plain', 'application/json', 'text/xml', 'application/xml']).optional(),
  body: z.string().max(1_000).default('').describe('empty for 204; `{id}` stands for the id of the delivery'),
});

const handshake = z
  .strictObject({
    challenge: place
      .optional()
      .describe('where the sender puts its challenge, such as `query:hub.challenge`; absent: GET and HEAD get 200'),
    answer: z
      .enum(['text', 'json', 'header'])
      .default('text')
      .describe('how the challenge is sent back: as the body, as a field of a JSON object, or as a header'),
    name: z
      .string()
      .regex(/^[\w.-]{1,100}$/)
      .optional()
      .describe('the field or header of the answer; absent: as in the request'),
    sign: z
      .enum(ENCODINGS)
      .optional()
      .describe('sends an HMAC-SHA256 of the challenge with the first secret, in this encoding'),
    prefix: text.default('').describe('the text before the HMAC'),
    verifyToken: z
      .strictObject({ at: place, value: z.string().min(1).max(200) })
      .optional()
      .describe('a text that the request must have, such as `{"at": "query:hub.verify_token", "value": "..."}`'),
  })
  .refine(({ answer: form, name, challenge }) => form !== 'header' || isOwnHeader(name ?? nameOf(challenge ?? '')), {
    path: ['name'],
    message: 'must be a header of the sender, such as `x-hook-secret`',
  })
  .refine(({ sign, challenge }) => sign === undefined || challenge !== undefined, {
    path: ['challenge'],
    message: 'is needed with `sign`',
  });

export type Handshake = z.infer<typeof handshake>;
type Answer = z.infer<typeof answer>;

/** The options of generic sources that decide what the sender gets. */
export const answerOptions = {
  answer: answer.optional().describe('for senders that require another answer than 202 with JSON'),
  handshake: handshake.optional().describe('for senders that check the URL before they send'),
};

/** The answer for a stored delivery; undefined: 202 and the acceptance as JSON. */
export function answerFor(answer: Answer | undefined, { deliveryId }: Acceptance): ProviderAnswer | undefined {
  if (answer === undefined) return undefined;
  const { status, contentType, body } = answer;
  if (status === 204) return { status };
  const type = contentType ?? (body === '' ? undefined : 'text/plain');
  return {
    status,
    ...(type !== undefined && { contentType: `${type}; charset=utf-8` }),
    body: body.replaceAll('{id}', deliveryId),
  };
}

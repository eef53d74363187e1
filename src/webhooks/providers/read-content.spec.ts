import { describe, expect, it } from '@jest/globals';
import { describeAnything } from './free-text.js';
import type { WebhookRequest } from './provider.js';
import { readContent } from './read-content.js';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=b';

const request = (body: string | Buffer, type = 'text/plain', method = 'POST'): WebhookRequest => ({
  method,
  headers: { 'content-type': type },
  body: Buffer.from(body),
  url: '',
});

const read = (...parts: Parameters<typeof request>) => readContent(request(...parts))?.value;

describe('the content of a body', () => {
  it.each<[string, unknown, ...Parameters<typeof request>]>([
    ['JSON', { a: [1] }, '{"a":[1]}'],
    ['JSON over several lines', { a: 1, b: 2 }, '{"a":1,\n"b":2}'],
    ['a JSON object with a line break at its end', { a: 1 }, '{"a":1}\n'],
    ['JSON Lines', [{ a: 1 }, { b: 2 }], '{"a":1}\n{"b":2}\n'],
    ['JSON Lines with empty lines and CRLF', [{ a: 1 }, { b: 2 }], '{"a":1}\r\n\r\n{"b":2}'],
    ['a form', { a: '1 2', b: ['x', 'y'], c: '' }, 'a=1+2&b=x&b=y&c=', FORM],
    ['a query', { a: '1' }, 'a=1', '', 'GET'],
    ['multipart', { a: '1' }, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--', MULTIPART],
    ['XML', { a: { b: '1' } }, '<a><b>1</b></a>'],
  ])('is that of %s', (_name, value, ...parts) => {
    expect(read(...parts)).toEqual(value);
  });

  it.each<[string, ...Parameters<typeof request>]>([
    ['text', 'hello'],
    ['a text that is labelled as a form', 'a = b & c', FORM],
    ['a word that is labelled as a form', 'hello', FORM],
    ['a form with another label', 'a=1&b=2'],
    ['lines of which one is not JSON', '{"a":1}\n{"b":\n'],
    ['bytes', Buffer.from([255, 0])],
    ['HTML', '<p>one<br>two</p>'],
  ])('has no value for %s', (_name, ...parts) => {
    expect(() => read(...parts)).toThrow(expect.objectContaining({ code: 'delivery.unreadable' }));
  });

  it.each<[string, ...Parameters<typeof request>]>([
    ['a key __proto__', '{"__proto__":1}'],
    ['a key __proto__ on one line of many', '{"a":1}\n{"__proto__":1}'],
    ['100 levels', `${'['.repeat(100)}${']'.repeat(100)}`],
    ['more than 512 KiB of a form', `a=${'x'.repeat(524_288)}`, FORM],
  ])('is not read with %s', (_name, ...parts) => {
    expect(readContent(request(parts[0], parts[1]))).toBeUndefined();
  });
});

describe('the description of an unknown sender', () => {
  const multipart = (name: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--b--\r\n`;

  it.each<[string, string, string, ...Parameters<typeof request>]>([
    ['a form', 'order.paid', 'order.paid: No. 7', 'type=order.paid&title=No.+7', FORM],
    ['multipart', 'message', 'Hello', multipart('subject', 'Hello'), MULTIPART],
    ['multipart without a title', 'message', 'A form with from', multipart('from', 'x'), MULTIPART],
    ['XML', 'order.paid', 'order.paid: No. 7', '<o><type>order.paid</type><title>No. 7</title></o>'],
    [
      'XML with its title below',
      'message',
      'Two & three',
      '<o id="7"><p><s:Name x="y">Two &amp; three</s:Name></p></o>',
    ],
    ['XML with a list of titles', 'message', 'one', '<o><title>one</title><title>two</title></o>'],
    ['XML without a title', 'message', 's:order', '<s:order><s:id>7</s:id></s:order>'],
    ['text that begins with a tag', 'message', '<b>hi</b> there', '<b>hi</b> there'],
    ['JSON Lines', 'a', 'a: first', '{"type":"a","message":"first"}\n{"type":"b"}'],
  ])('reads %s', (_name, eventType, title, ...parts) => {
    expect(describeAnything(request(...parts))).toMatchObject({ eventType, title });
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseMultipart } from './parse-multipart.js';

const partOf = (disposition: string, content: string | Buffer, more = '') =>
  Buffer.concat([
    Buffer.from(`--b0\r\nContent-Disposition: form-data; ${disposition}${more}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);

const bodyOf = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from('--b0--\r\n')]);

const parse = (body: Buffer | string, type = 'multipart/form-data; boundary=b0') =>
  parseMultipart({ headers: { 'content-type': type }, body: Buffer.from(body), url: '' });

describe('multipart/form-data', () => {
  it('is read as the client library of Node writes it', async () => {
    const form = new FormData();
    form.append('subject', 'Grüße\r\nvon "hier"');
    form.append('to', 'a@example.com');
    form.append('to', 'b@example.com');
    form.append('empty', '');
    form.append('na"me', 'quoted');
    form.append('report', new Blob(['%PDF-1.7'], { type: 'application/pdf' }), 'report 1.pdf');
    const request = new Response(form);
    const body = Buffer.from(await request.arrayBuffer());
    expect(parse(body, request.headers.get('content-type') ?? '')).toEqual({
      subject: 'Grüße\r\nvon "hier"',
      to: ['a@example.com', 'b@example.com'],
      empty: '',
      'na"me': 'quoted',
      report: { filename: 'report 1.pdf', size: 8 },
    });
  });

  it('is read with a quoted boundary, a preamble, an epilogue and further headers', () => {
    const body = Buffer.concat([
      Buffer.from('preamble\r\n'),
      bodyOf(partOf('name="a"', '1', '\r\nContent-Type: text/plain; charset=utf-8')),
      Buffer.from('epilogue'),
    ]);
    expect(parse(body, 'Multipart/Form-Data; charset=x; boundary="b0"')).toEqual({ a: '1' });
  });

  it('keeps line breaks and lines that look like another boundary in a text', () => {
    const text = 'one\r\n--b\r\n--c0\r\ntwo';
    expect(parse(bodyOf(partOf('name=a', text)))).toEqual({ a: text });
  });

  it('has only the size of a text that is long or not UTF-8', () => {
    const body = bodyOf(
      partOf('name="fits"', 'x'.repeat(65_536)),
      partOf('name="long"', 'x'.repeat(65_537)),
      partOf('name="bytes"', Buffer.from([255])),
      partOf('name="named"; filename*=UTF-8\'\'a.txt', 'x'),
    );
    expect(parse(body)).toMatchObject({
      long: { size: 65_537 },
      bytes: { size: 1 },
      named: { filename: '', size: 1 },
    });
  });

  it('is read up to its first 1,000 parts', () => {
    const parts = Array.from({ length: 1_200 }, (_, i) => partOf(`name="n${i}"`, String(i)));
    expect(Object.keys(parse(bodyOf(...parts)))).toHaveLength(1_000);
  });

  it('is read up to the last part that ends within its first MiB', () => {
    const body = bodyOf(
      partOf('name="a"', '1'),
      partOf('name="file"; filename="f"', Buffer.alloc(2 ** 21)),
      partOf('name="b"', '2'),
    );
    expect(parse(body)).toEqual({ a: '1' });
  });

  it('sets no prototype', () => {
    const fields = parse(bodyOf(partOf('name="__proto__"', 'x'), partOf('name="constructor"', 'y')));
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    expect(Object.entries(fields)).toEqual([['constructor', 'y']]);
  });

  const whole = bodyOf(partOf('name="a"', '1'));
  it.each<[string, Buffer | string, ...string[]]>([
    ['no boundary', whole, 'multipart/form-data; charset=utf-8'],
    ['another boundary', whole, 'multipart/form-data; boundary=b1'],
    ['no end', whole.subarray(0, -8)],
    ['a part without its end', '--b0\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'],
    ['a header without its end', '--b0\r\nContent-Disposition: form-data; name="a"'],
    ['a part without a name', bodyOf(partOf('x=y', '1'))],
    ['a header of more than 4 KiB', bodyOf(partOf('name="a"', '1', `\r\nX: ${'x'.repeat(4_096)}`))],
    ['nothing', ''],
  ])('is unreadable with %s', (_name, body, ...types) => {
    expect(() => parse(body, ...types)).toThrow(expect.objectContaining({ code: 'delivery.unreadable' }));
  });
});

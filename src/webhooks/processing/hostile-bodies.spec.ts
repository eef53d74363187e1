import { describe, expect, it } from '@jest/globals';
import { TidingsError } from '../../platform/errors.js';
import { describeAnything, titleOfAnything } from '../providers/free-text.js';
import type { WebhookRequest } from '../providers/provider.js';
import { readContent } from '../providers/read-content.js';
import { includedBody } from './included-body.js';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data; boundary=b';

const request = (body: string | Buffer, type = 'text/plain'): WebhookRequest => ({
  headers: { 'content-type': type },
  body: Buffer.from(body),
  url: '',
});

const MIB = 1_048_576;
const fill = (piece: string, bytes = MIB) => piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes);
const lol = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('');
const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';

const hostile: [string, string | Buffer, string?][] = [
  ['100,000 nested elements', '<a>'.repeat(100_000) + '</a>'.repeat(100_000)],
  ['20,000 nested elements below the limit of bytes', '<a>'.repeat(20_000)],
  ['nested elements side by side', `<r>${`${'<a>'.repeat(20)}${'</a>'.repeat(20)}`.repeat(450)}</r>`],
  ['billion laughs', `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}]><a>&l30;</a>`],
  ['quadratic blow-up', `<!DOCTYPE a [<!ENTITY e "${fill('x', 100_000)}">]><a>${fill('&e;', 100_000)}</a>`],
  ['a document type without its end', `<!DOCTYPE a [${fill('<!ENTITY e "x">', 64_000)}`],
  ['a comment without its end', `<a><!--${fill('-', 64_000)}`],
  ['CDATA without its end', `<a><![CDATA[${fill(']', 64_000)}`],
  ['attributes', `<a ${Array.from({ length: 6_000 }, (_, i) => `a${i}=""`).join(' ')}/>`],
  ['an attribute without its end', `<a b="${fill('&amp;', 64_000)}`],
  ['many entities', `<a>${fill('&lt;', 64_000)}</a>`],
  ['many characters by number', `<a>${fill('&#65;', 64_000)}</a>`],
  ['many XML text', `<a>${fill('x\n', 64_000)}</a>`],
  ['a megabyte of tags', fill('<a/>')],
  ['a megabyte of "<"', fill('<')],
  ['a megabyte of parts', `${fill(part)}--b--`, MULTIPART],
  ['a megabyte of near boundaries', `${part.slice(0, -3)}${fill('\r\n--')}`, MULTIPART],
  [
    'ten megabytes of near boundaries of 70 characters',
    `--${'b'.repeat(70)}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${fill(`\r\n--${'b'.repeat(69)}`, 10 * MIB)}`,
    `multipart/form-data; boundary=${'b'.repeat(70)}`,
  ],
  ['a part header of a megabyte', `--b\r\nContent-Disposition: form-data; name="${fill('\\')}`, MULTIPART],
  ['a megabyte of fields', fill('a=&'), FORM],
  ['half a megabyte of fields', fill('a&b=1&', MIB / 2), FORM],
  ['a megabyte of escapes', `a=${fill('%')}`, FORM],
  ['a megabyte of empty objects in lines', fill('{}\n')],
  ['half a megabyte of empty objects in lines', fill('{}\n', MIB / 2)],
  ['half a megabyte of open lines', fill('{\n', MIB / 2)],
  ['2,000 lines, the last of them broken', `${fill('{"a":1}\n', 15_992)}{"a"}`],
  ['a character and a megabyte of spaces', `x${fill(' ')}`],
  ['a title that begins with 250,000 newlines', JSON.stringify({ title: `${'\n'.repeat(250_000)}x` })],
  ['130,000 different fields', Array.from({ length: 130_000 }, (_, i) => `${i}=`).join('&'), FORM],
  ['170,000 empty objects', `[${'{},'.repeat(170_000)}{}]`],
  ['a megabyte of NUL', Buffer.alloc(MIB)],
];

describe.each(hostile)('a hostile body: %s', (_name, body, type) => {
  it('holds the event loop for less than 50 ms, and is at most unreadable', () => {
    const given = request(body, type);
    const steps: (() => unknown)[] = [
      () => readContent(given),
      () => describeAnything(given),
      () => titleOfAnything(given),
      () => includedBody(given, 'body'),
      () => includedBody(given, ['/a']),
    ];
    for (const step of steps) {
      // The best of three, and of the processor's time: other processes and the compiler disturb single runs.
      const times = [1, 2, 3].map(() => timeOf(step));
      expect(Math.min(...times)).toBeLessThan(50);
    }
  });
});

/** In milliseconds of the processor. */
function timeOf(step: () => unknown): number {
  const start = process.cpuUsage();
  try {
    step();
  } catch (error) {
    if (!(error instanceof TidingsError) || error.code !== 'delivery.unreadable') throw error;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

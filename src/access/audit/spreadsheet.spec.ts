import { describe, expect, it } from '@jest/globals';
import { csvLine } from './spreadsheet.js';

describe('a line of CSV', () => {
  it('quotes commas, quotes and line breaks', () => {
    expect(csvLine(['a,b', 'say "x"', 'two\r\nlines', 7, null])).toBe('"a,b","say ""x""","two\r\nlines","7",""\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\u200b=1', '\uff1d1', '\n'])(
    'escapes a field that begins with %j, which a spreadsheet would evaluate',
    (text) => {
      expect(csvLine([text])).toBe(`"'${text}"\r\n`);
    },
  );

  it.each(['curl/8.5.0', 'a=1', 'Ada', '0198c5a8-7b1e', '{"role":"viewer"}'])('does not escape %j', (text) => {
    expect(csvLine([text])).toBe(`"${text.replaceAll('"', '""')}"\r\n`);
  });
});

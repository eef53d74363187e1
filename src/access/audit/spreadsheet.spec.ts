import { describe, expect, it } from '@jest/globals';
import { csvLine } from './spreadsheet.js';

describe('a line of CSV', () => {
  it('keeps commas, quotes and line breaks inside their field', () => {
    expect(csvLine(['a,b', 'say "x"', 'two\r\nlines', 7, null])).toBe('"a,b","say ""x""","two\r\nlines","7",""\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '\u200b=1', '\uff1d1', '\n'])(
    'never begins a field with %j, which a spreadsheet would compute',
    (text) => {
      expect(csvLine([text])).toBe(`"'${text}"\r\n`);
    },
  );

  it.each(['curl/8.5.0', 'a=1', 'Ada', '0198c5a8-7b1e', '{"role":"viewer"}'])('leaves %j as it is', (text) => {
    expect(csvLine([text])).toBe(`"${text.replaceAll('"', '""')}"\r\n`);
  });
});

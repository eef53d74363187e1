import { describe, expect, it } from '@jest/globals';
import { skimJson } from './skim-json.js';

const skim = (text: string): unknown => skimJson(Buffer.from(text))?.value;

describe('the outline of a JSON text', () => {
  it.each([
    { a: 1, b: [true, false, null, -1.5e3, ''], c: { d: { e: 'ü "quoted" \\ \u{1f600}' } } },
    [],
    {},
    'text',
    null,
    17,
    [[[]], [{}]],
    { '': { 'a:b,c': '[{' } },
  ])('is complete for %j', (value) => {
    expect(skim(JSON.stringify(value))).toEqual(value);
    expect(skim(`\uFEFF ${JSON.stringify(value, null, 2)}\n`)).toEqual(value);
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a":',
    '{"a"}',
    '[1',
    '[1}',
    '{"a":1}}',
    '{} {}',
    '{"a":nul}',
    '"a',
    '{1}',
    '{"a":1,2}',
    ']',
  ])('is undefined for %j, which is not JSON', (text) => {
    expect(skimJson(Buffer.from(text))).toBeUndefined();
  });

  it('is undefined for bytes that are not UTF-8', () => {
    expect(skimJson(Buffer.from([0x22, 0xff, 0x22]))).toBeUndefined();
  });

  it('has the first items of a long list, its length and the next member', () => {
    const commits = Array.from({ length: 600 }, (_, id) => ({ id }));
    const outline = skim(JSON.stringify({ commits, sender: { login: 'ada' } })) as typeof value;
    const value = { commits, sender: { login: 'ada' } };
    expect(outline.commits).toHaveLength(600);
    expect(outline.commits[9]).toEqual({ id: 9 });
    expect(outline.commits[10]).toBeUndefined();
    expect(outline.sender).toEqual({ login: 'ada' });
  });

  it('skips values that are too deep and finds the next member', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(skim(`{"deep":${deep},"after":1}`)).toMatchObject({ after: 1 });
  });

  it('needs no object for each level of a value that is too deep', () => {
    const body = Buffer.from('['.repeat(2_000_000));
    const times = [1, 2, 3].map(() => {
      const started = performance.now();
      expect(skimJson(body)).toBeUndefined();
      return performance.now() - started;
    });
    // Before, 300 ms and more.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('truncates a long string between characters', () => {
    const plain = skim(JSON.stringify('x'.repeat(1_000_000)));
    expect(plain).toBe('x'.repeat(16_384));
    for (let shift = 0; shift < 12; shift++) {
      const text = `${'y'.repeat(16_370 + shift)}${'\\ud83d\\ude00'.repeat(10)}`;
      expect(skim(`"${text}"`)).toMatch(/^y+(?:\ud83d\ude00)*\ud83d?$/);
    }
  });

  it('leaves out names that could pollute a prototype', () => {
    const outline = skim('{"__proto__":{"a":1},"constructor":{"prototype":{}},"\\u005f_proto__":1,"b":2}');
    expect(Object.keys(outline as object)).toEqual(['b']);
    expect(Object.getPrototypeOf(outline)).toBe(Object.prototype);
  });
});

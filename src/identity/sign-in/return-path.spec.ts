import { describe, expect, it } from '@jest/globals';
import { returnPath } from './return-path.js';

describe('the path to return to', () => {
  it.each(['/', '/w/1/live?channel=tasks%3A1', '/w/1/people?tab=roles'])('is kept: %s', (path) => {
    expect(returnPath(path)).toBe(path);
  });

  it.each([
    undefined,
    '',
    'w/1/live',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    '/%2e%2e//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    ' //evil.example',
  ])('is the root instead of %j', (wanted) => {
    expect(returnPath(wanted)).toBe('/');
  });

  it('has no fragment, which the server appends itself', () => {
    expect(returnPath('/w/1/live#signed-in')).toBe('/w/1/live');
  });
});

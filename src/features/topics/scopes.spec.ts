import { describe, expect, it } from '@jest/globals';
import { scopesOf } from './scopes.js';

const NOTHING = { paths: [], subtrees: [] };

describe('the scopes of a permission', () => {
  it('are everything for a permission without a scope', () => {
    const expected = { allowed: { paths: [], subtrees: [''] }, denied: NOTHING };
    expect(scopesOf(['topics:read', 'tasks:read'], 'topics:read')).toEqual(expected);
    expect(scopesOf(['topics:read:*'], 'topics:read')).toEqual(expected);
  });

  it('are subtrees and paths, without the exceptions and without other permissions', () => {
    const effective = [
      '-topics:publish:a',
      '-topics:read:orders/us/*',
      '-topics:read:orders/x',
      'topics:publish:b',
      'topics:read:orders/*',
      'topics:read:stock',
    ];
    expect(scopesOf(effective, 'topics:read')).toEqual({
      allowed: { paths: ['stock'], subtrees: ['orders/'] },
      denied: { paths: ['orders/x'], subtrees: ['orders/us/'] },
    });
    expect(scopesOf(['tasks:read'], 'topics:read')).toEqual({ allowed: NOTHING, denied: NOTHING });
  });
});

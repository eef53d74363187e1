import { describe, expect, it } from '@jest/globals';
import { fieldsOf } from './change-diff.js';

describe('the fields of an audited change', () => {
  it('tell which items of a list came and went', () => {
    expect(fieldsOf({ role: 'viewer', deny: ['a', 'b'] }, { role: 'viewer', deny: ['b', 'c'] })).toEqual([
      { name: 'role', kind: 'value', before: 'viewer', after: 'viewer' },
      { name: 'deny', kind: 'list', kept: ['b'], removed: ['a'], added: ['c'] },
    ]);
  });

  it('have one side only for a target that was created or deleted', () => {
    expect(fieldsOf(null, { grant: ['a'], name: 'x' })).toEqual([
      { name: 'grant', kind: 'list', kept: [], removed: [], added: ['a'] },
      { name: 'name', kind: 'value', before: undefined, after: 'x' },
    ]);
    expect(fieldsOf({ name: 'x' }, null)).toEqual([{ name: 'name', kind: 'value', before: 'x', after: undefined }]);
    expect(fieldsOf(null, null)).toEqual([]);
  });
});

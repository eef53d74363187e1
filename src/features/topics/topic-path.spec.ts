import { describe, expect, it } from '@jest/globals';
import { isTopicPath, parseTopicId } from './topic-path.js';

const WORKSPACE = '0199d2a0-0000-7000-8000-000000000001';

describe('the path of a topic', () => {
  it.each(['orders', 'orders/eu', 'a.b-c_d/0', 'a/b/c/d/e/f/g/h', 'x'.repeat(64)])('may be %s', (path) => {
    expect(isTopicPath(path)).toBe(true);
  });

  it.each([
    '',
    '/orders',
    'orders/',
    'orders//eu',
    'Orders',
    'orders/*',
    '*',
    '.orders',
    '../orders',
    'a b',
    'a\n',
    'a/b/c/d/e/f/g/h/i',
    'x'.repeat(65),
  ])('cannot be %j', (path) => {
    expect(isTopicPath(path)).toBe(false);
  });
});

describe('the id of a topic', () => {
  it('is a workspace and a path', () => {
    expect(parseTopicId(`${WORKSPACE}/orders/eu`)).toEqual({ workspaceId: WORKSPACE, scope: 'orders/eu' });
  });

  it.each([WORKSPACE, `${WORKSPACE}/`, '/orders', `${WORKSPACE}/Orders`])('cannot be %s', (id) => {
    expect(parseTopicId(id)).toBeUndefined();
  });
});

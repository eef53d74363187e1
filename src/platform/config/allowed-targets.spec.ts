import { describe, expect, it } from '@jest/globals';
import { allowedTargets } from './allowed-targets.js';

describe('allowed targets', () => {
  it('are host names, addresses and networks', () => {
    const targets = allowedTargets(['CRM.internal', '10.1.0.0/16', '192.168.7.9', 'fd00:7::/32']);
    expect([...(targets?.hosts ?? [])]).toEqual(['crm.internal']);
    const addresses = ['10.1.255.3', '192.168.7.9', 'fd00:7::1', '10.2.0.1', '192.168.7.8', 'fd00:8::1', '::1'];
    expect(addresses.filter((address) => targets?.includes(address))).toEqual(addresses.slice(0, 3));
  });

  it.each([
    '10.1.0.0/33',
    '10.1.0/16',
    '10.1.0.0/',
    'fd00::/129',
    '10.1.0.0/16/2',
    'https://crm',
    'crm:80',
    '',
    '*.crm',
  ])('are not %j', (entry) => {
    expect(allowedTargets([entry])).toBeUndefined();
  });
});

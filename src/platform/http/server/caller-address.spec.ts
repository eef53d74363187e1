import { describe, expect, it } from '@jest/globals';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { addressReader, networkOf } from './caller-address.js';

function requestFrom(remoteAddress: string, forwardedFor?: string): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (forwardedFor !== undefined) request.headers['x-forwarded-for'] = forwardedFor;
  return request;
}

describe('addressReader', () => {
  it('ignores X-Forwarded-For when no proxy is trusted', () => {
    expect(addressReader([])(requestFrom('10.0.0.1', '203.0.113.7'))).toBe('10.0.0.1');
  });

  it('takes the last untrusted address that a trusted proxy forwards', () => {
    const read = addressReader(['10.0.0.0/8']);
    expect(read(requestFrom('10.0.0.1', '203.0.113.7'))).toBe('203.0.113.7');
    expect(read(requestFrom('10.0.0.1', '198.51.100.1, 203.0.113.7, 10.0.0.2'))).toBe('203.0.113.7');
    expect(read(requestFrom('192.0.2.1', '203.0.113.7'))).toBe('192.0.2.1');
  });

  it('recognizes IPv4-mapped addresses of a dual-stack socket', () => {
    expect(addressReader([])(requestFrom('::ffff:192.0.2.1'))).toBe('192.0.2.1');
    const read = addressReader(['10.0.0.0/8']);
    expect(read(requestFrom('::ffff:10.0.0.1', '203.0.113.7'))).toBe('203.0.113.7');
    expect(read(requestFrom('::ffff:192.0.2.1', '203.0.113.7'))).toBe('192.0.2.1');
  });
});

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

import { describe, expect, it } from '@jest/globals';
import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { credentialOf } from './credentials.js';

function request(url: string, headers: IncomingHttpHeaders = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { url, headers });
}

describe('credentialOf', () => {
  it('finds the token beside the subprotocol', () => {
    expect(credentialOf(request('/ws', { 'sec-websocket-protocol': 'tidings.v1, bearer.a.b.c' }))).toEqual({
      kind: 'token',
      value: 'a.b.c',
    });
  });

  it('finds the token in the Authorization header, whatever the case of its scheme', () => {
    expect(credentialOf(request('/ws', { authorization: 'bearer a.b.c' }))).toEqual({ kind: 'token', value: 'a.b.c' });
  });

  it('ignores other schemes than Bearer', () => {
    expect(credentialOf(request('/ws', { authorization: 'Basic YTpi' }))).toBeUndefined();
  });

  it('finds a ticket or a token in the URL and distinguishes them', () => {
    expect(credentialOf(request('/ws?ticket=t'))).toEqual({ kind: 'ticket', value: 't' });
    expect(credentialOf(request('/ws?token=t'))).toEqual({ kind: 'query-token', value: 't' });
  });

  it('prefers a header to the URL', () => {
    expect(credentialOf(request('/ws?token=from-address', { authorization: 'Bearer from-header' }))?.value).toBe(
      'from-header',
    );
  });

  it('returns undefined without a credential', () => {
    expect(credentialOf(request('/ws', { 'sec-websocket-protocol': 'tidings.v1' }))).toBeUndefined();
  });
});

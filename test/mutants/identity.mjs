/** Bugs of sign-in, addresses and requests to the outside. */
export const identity = [
  {
    name: 'refresh-reuse-ignored',
    breaks: 'A refresh token that is used twice ends its session.',
    edits: [
      {
        file: 'src/identity/sessions/refresh-session.ts',
        find: 'if (token.used && token.within_grace !== true) {',
        replace: 'if (token.used && token.within_grace === undefined) {',
      },
    ],
    spec: 'test/identity/sessions.e2e-spec.ts',
    test: 'is detected also when a concurrent tab had received it',
  },
  {
    name: 'ticket-used-twice',
    breaks: 'A ticket opens one connection.',
    edits: [
      {
        file: 'src/realtime/connections/tickets.ts',
        find: `\`DELETE FROM realtime_tickets WHERE hash = $1
       RETURNING user_id,`,
        replace: `\`UPDATE realtime_tickets SET hash = hash WHERE hash = $1
       RETURNING user_id,`,
      },
    ],
    spec: 'test/realtime/realtime-connect.e2e-spec.ts',
    test: 'accepts a ticket once',
  },
  {
    name: 'forwarded-for-trusted',
    breaks: 'Only a trusted proxy names the address of a client.',
    edits: [
      {
        file: 'src/platform/http/server/caller-address.ts',
        find: 'const isTrusted = proxyAddr.compile([...trustProxy]);',
        replace: 'const isTrusted = () => trustProxy.length >= 0;',
      },
    ],
    spec: 'src/platform/http/server/caller-address.spec.ts',
    test: 'ignores X-Forwarded-For when no proxy is trusted',
  },
  {
    name: 'redirect-followed',
    breaks: 'A redirect of a receiver leads nowhere: its target was never checked.',
    edits: [
      {
        file: 'src/platform/http/outbound/outbound-requests.ts',
        find: 'const { answerBytes = 0, excerptBytes } = wanted;',
        replace: `const { location } = response.headers;
    if (location !== undefined) return this.send({ ...wanted, url: new URL(location, url).href });
    const { answerBytes = 0, excerptBytes } = wanted;`,
      },
    ],
    spec: 'src/platform/http/outbound/outbound-requests.spec.ts',
    test: 'does not follow a redirect and returns no body',
  },
  {
    name: 'one-public-address-is-enough',
    breaks: 'A name with one internal address is not called.',
    edits: [
      {
        file: 'src/platform/http/outbound/outbound-requests.ts',
        find: '!found.every(isFit)',
        replace: '!found.some(isFit)',
      },
    ],
    spec: 'src/platform/http/outbound/outbound-requests.spec.ts',
    test: 'rejects',
  },
  {
    name: 'address-not-checked-again',
    breaks: 'The address of the connection is checked, not only that of the lookup.',
    edits: [
      {
        file: 'src/platform/http/outbound/outbound-requests.ts',
        find: 'const addresses = await withSignal(signal, this.addressesOf(url));',
        replace: 'const addresses = await withSignal(signal, this.lookUp(hostOf(url)));',
      },
      {
        file: 'src/platform/http/outbound/outbound-requests.ts',
        find: 'if (!this.mayCall(hostOf(url), address, secure)) request.destroy(addressRefused());\n        else if',
        replace: 'if',
      },
    ],
    spec: 'src/platform/http/outbound/outbound-requests.spec.ts',
    test: 'rejects a name that resolves to an internal address after the check',
  },
];

/** Makes each handshake of the sender to a source of its own, and prints the answers. */
export async function greet(sender, server, secret) {
  const { provider, fixtures } = sender;
  const handshakes = fixtures.handshakes ?? [];
  if (handshakes.length === 0) return console.log(`${provider.name} makes no handshake.`);
  if (provider.secrets === 'published') {
    return console.log(`Only ${provider.name} has the key that signs its handshakes.`);
  }
  for (const handshake of handshakes) {
    const options = { ...fixtures.options, ...handshake.options };
    // A sender that gives the secret in its handshake gives it to a source without one.
    const own = handshake.expected.secret === undefined ? secret : '';
    const source = await server.newSource(provider, provider.options === undefined ? undefined : options, own);
    try {
      const response = await server.send(requestOf(handshake, fixtures, { source, secret: own, options }));
      const text = (await response.text()).split('\n')[0].slice(0, 80);
      console.log(`${response.status}  ${handshake.name}${text === '' ? '' : `: ${text}`}`);
      if (response.status !== (handshake.expected.status ?? 200)) process.exitCode = 1;
    } finally {
      await server.deleteSource(source);
    }
  }
}

function requestOf({ method = 'POST', headers = {}, query, body = '', isSigned }, { sign }, context) {
  const { source, secret, options } = context;
  const url = query === undefined ? source.url : `${source.url}?${query}`;
  const bytes = Buffer.from(body);
  const signature = isSigned ? sign(bytes, headers, { secret, now: new Date(), url, options }) : {};
  return { method, url, headers: { ...headers, ...signature }, body: bytes };
}

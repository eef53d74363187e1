import { createHmac } from 'node:crypto';

import type { Forge, ProviderFixtures, SignatureVector } from './fixtures.js';

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice('whsec_'.length), 'base64');

/** Signs a body as Svix does, with the `svix-id` of the example. */
export const signAsSvix: ProviderFixtures['sign'] = (body, headers, { secret, now }) => {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const hmac = createHmac('sha256', keyOf(secret)).update(`${headers['svix-id']}.${timestamp}.`).update(body);
  return { 'svix-timestamp': timestamp, 'svix-signature': `v1,${hmac.digest('base64')}` };
};

/** Requests that Svix did not sign: with another id or time, and in another version or encoding. */
export const forgeSvix: Forge = (genuine, sign, { secret, now }) => {
  const { 'svix-id': id = '', 'svix-timestamp': time = '', 'svix-signature': good = '' } = genuine.headers;
  const changed = (changes: Record<string, string>) => ({ ...genuine, headers: { ...genuine.headers, ...changes } });
  const without = (name: string) => ({
    ...genuine,
    headers: Object.fromEntries(Object.entries(genuine.headers).filter(([other]) => other !== name)),
  });
  const at = (seconds: number) => sign({ now: new Date(now.getTime() + seconds * 1000) });
  const signed = (content: string, key: string | Buffer = keyOf(secret), encoding: 'base64' | 'hex' = 'base64') =>
    changed({
      'svix-signature': `v1,${createHmac('sha256', key).update(content).update(genuine.body).digest(encoding)}`,
    });
  const wrong = `v1,${Buffer.alloc(32, 7).toString('base64')}`;
  return {
    'another id': changed({ 'svix-id': `${id}x` }),
    'no id': without('svix-id'),
    'a second later': changed({ 'svix-timestamp': String(Number(time) + 1) }),
    'no time': without('svix-timestamp'),
    'a second too old': at(-301),
    'a second too new': at(301),
    'the body alone': signed(''),
    'without the id': signed(`${time}.`),
    'the secret as it is written': signed(`${id}.${time}.`, secret),
    'in hex': signed(`${id}.${time}.`, keyOf(secret), 'hex'),
    'as another version': changed({ 'svix-signature': good.replace('v1,', 'v2,') }),
    'as an asymmetric signature': changed({ 'svix-signature': good.replace('v1,', 'v1a,') }),
    'a dozen, the last one right': changed({
      'svix-signature': [...Array.from({ length: 11 }, () => wrong), good].join(' '),
    }),
    'under the names of the specification': {
      ...genuine,
      headers: { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': good },
    },
  };
};

/** The reference vector of the libraries of Svix. */
export const svixVectors: readonly SignatureVector[] = [
  {
    origin: 'https://github.com/svix/svix-webhooks',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    headers: {
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'svix-timestamp': '1614265330',
      'svix-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
    at: '2021-02-25T15:02:10Z',
  },
];

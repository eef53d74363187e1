import { TidingsClient, type TidingsOptions } from '@tidings/client';
import type { Connection } from './connect.js';

type Options = Pick<TidingsOptions, 'onError'>;

/** A client with the credential of the command. Node before 22 has no WebSocket of its own. */
export async function liveClient({ url, credential }: Connection, options: Options): Promise<TidingsClient> {
  const { WebSocket } = globalThis as { WebSocket?: TidingsOptions['WebSocket'] };
  return new TidingsClient({
    url,
    getToken: credential,
    ...options,
    WebSocket: WebSocket ?? (await import('ws')).default,
  });
}

import { once } from 'node:events';
import { createServer } from 'node:net';

const ALL = '::';

/** `::` includes IPv4; on a machine without IPv6, `0.0.0.0` replaces it. */
export async function listenAddress(host: string): Promise<string> {
  if (host !== ALL) return host;
  const server = createServer();
  try {
    await once(server.listen(0, host), 'listening');
    return host;
  } catch {
    return '0.0.0.0';
  } finally {
    server.close();
  }
}

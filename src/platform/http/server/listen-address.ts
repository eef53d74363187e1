import { once } from 'node:events';
import { createServer } from 'node:net';

const ALL = '::';

/** `::` takes IPv4 too, and where the machine has no IPv6, `0.0.0.0` stands for it. */
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

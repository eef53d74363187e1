import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Checks the port before the database starts and migrates: a failure at the end of the start is followed by those of
 * everything that has started before.
 * @throws Error when another program listens on the port
 */
export async function requireFreePort(port: number, address: string): Promise<void> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(port, address);
  try {
    await listening;
  } catch (error) {
    // Any other failure is that of the start itself.
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return;
    const advice = 'End the program that listens on it, or choose another port with the setting PORT.';
    throw new Error(`The port ${port} is in use. ${advice}`, { cause: error });
  }
  server.close();
  await once(server, 'close');
}

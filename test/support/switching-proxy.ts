import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A fixed address whose target can change, like the address of a failover cluster. */
export class SwitchingProxy {
  private target: number | undefined;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => this.accept(near));

  static async start(target?: number): Promise<SwitchingProxy> {
    const proxy = new SwitchingProxy();
    proxy.target = target;
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes every connection and forwards new ones to `target`; without a target it closes them. */
  switchTo(target: number | undefined): void {
    this.target = target;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Resets every open connection; new ones work. @returns how many connections of clients it reset */
  resetAll(): number {
    const count = this.sockets.size / 2;
    for (const socket of this.sockets) socket.resetAndDestroy();
    return count;
  }

  async stop(): Promise<void> {
    this.switchTo(undefined);
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    if (this.target === undefined) return void near.destroy();
    const far = connect(this.target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}

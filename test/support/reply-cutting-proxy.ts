import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Dice } from './dice.js';

/** Between two cuts, so that a client has time for a new connection. */
const PAUSE_MS = 50;

export interface ReplyCuts {
  /** Whether these bytes of a client are worth a cut. */
  readonly isTarget: (sent: Buffer) => boolean;
  readonly chance: number;
  readonly dice: Dice;
}

/**
 * Forwards to a server. Of the requests that `isTarget` names it passes some on and resets the client before the
 * reply: the server has done the work, and the client cannot know.
 */
export class ReplyCuttingProxy {
  /** It only forwards until then: a server that loses its database while it starts ends. */
  isCutting = false;
  cuts = 0;
  private lastCut = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => this.accept(near));

  private constructor(
    private readonly target: number,
    private readonly options: ReplyCuts,
  ) {}

  static async start(target: number, options: ReplyCuts): Promise<ReplyCuttingProxy> {
    const proxy = new ReplyCuttingProxy(target, options);
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    let isCut = false;
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        // The server ends what it has begun before it sees that the client is gone.
        other.end();
      });
    }
    near.on('data', (sent) => {
      far.write(sent);
      if (!this.isDue(sent)) return;
      isCut = true;
      near.resetAndDestroy();
    });
    far.on('data', (reply) => {
      if (!isCut) near.write(reply);
    });
  }

  private isDue(sent: Buffer): boolean {
    const { isTarget, chance, dice } = this.options;
    if (!this.isCutting || performance.now() < this.lastCut + PAUSE_MS || !isTarget(sent) || !dice.chance(chance))
      return false;
    this.lastCut = performance.now();
    this.cuts += 1;
    return true;
  }
}

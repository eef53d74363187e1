import { setTimeout as delay } from 'node:timers/promises';
import type { Api } from '../api.js';
import type { Dice } from '../dice.js';

/** A time in which a user had lost a permission, and the times around it in which that changed. */
interface Denial {
  readonly userId: string;
  readonly path: string;
  readonly asked: number;
  readonly begun: number;
  endsAfter: number;
  endedAt: number;
}

/** Takes the permission to read a topic from random members and gives it back. */
export class RightsChanger {
  private readonly denials: Denial[] = [];

  constructor(
    private readonly admin: Api,
    private readonly workspaceId: string,
    private readonly userIds: readonly [string, ...string[]],
    private readonly paths: readonly [string, ...string[]],
    private readonly dice: Dice,
  ) {}

  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const [userId, path] = [this.dice.pick(this.userIds), this.dice.pick(this.paths)];
      const asked = Date.now();
      await this.put(userId, [`topics:read:${path}`]);
      const denial = { userId, path, asked, begun: Date.now(), endsAfter: Infinity, endedAt: Infinity };
      this.denials.push(denial);
      await delay(this.dice.below(1_500));
      denial.endsAfter = Date.now();
      await this.put(userId, []);
      denial.endedAt = Date.now();
    }
  }

  /** Whether the user lacked the permission at a time; undefined while it was changing. */
  isDenied(userId: string, path: string, at: number): boolean | undefined {
    const near = this.denials.filter((denial) => denial.userId === userId && denial.path === path);
    if (near.some(({ begun, endsAfter }) => at > begun && at < endsAfter)) return true;
    return near.some(({ asked, endedAt }) => at >= asked && at <= endedAt) ? undefined : false;
  }

  private async put(userId: string, deny: string[]): Promise<void> {
    for (;;) {
      const path = `/v1/workspaces/${this.workspaceId}/members/${userId}`;
      const answer = await this.admin.put(path, { role: 'member', deny }).catch(() => undefined);
      if (answer?.status === 200) return;
      if (answer !== undefined && answer.status !== 503) throw new Error(`Unexpected answer ${answer.status}.`);
      await delay(50);
    }
  }
}

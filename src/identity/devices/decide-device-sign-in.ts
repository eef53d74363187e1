import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { sessionEnded } from '../public/auth.errors.js';
import type { RequestActor } from '../public/caller.js';
import type { Principal } from '../public/principal.js';
import { deviceCodeInvalid, deviceSessionRequired } from './device.errors.js';
import { DeviceThrottle } from './device-throttle.js';
import { UserCodes } from './user-codes.js';

/** A device that waits for the decision of a user. */
export interface WaitingDevice {
  readonly name: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly expiresAt: Date;
}

/** The decision of a signed-in user about a device. The first decision counts. */
@Injectable()
export class DecideDeviceSignIn {
  constructor(
    private readonly database: Database,
    private readonly userCodes: UserCodes,
    private readonly throttle: DeviceThrottle,
    private readonly audit: Audit,
  ) {}

  /** @throws `device.code-invalid`, `device.too-many-codes`, `device.session-required` */
  look({ userId, sessionId }: Principal, userCode: string): Promise<WaitingDevice> {
    if (sessionId === undefined) throw deviceSessionRequired();
    return this.guess(userId, async () => {
      const [device] = await this.database.query<WaitingDevice>(
        `SELECT name, ip, user_agent AS "userAgent", expires_at AS "expiresAt" FROM device_sign_ins
         WHERE user_code_hash = $1 AND ${UNDECIDED}`,
        [this.userCodes.hash(userCode)],
      );
      return device;
    });
  }

  /**
   * The approval ends with the session that gave it: a new password or a log-out voids it, until the device has its
   * own session.
   * @throws the errors of `look`, `auth.session-ended`
   */
  async approve(actor: RequestActor, userCode: string): Promise<void> {
    const { userId, sessionId } = actor.principal;
    if (sessionId === undefined) throw deviceSessionRequired();
    await this.decide(actor, userCode, 'device.approved', async (tx, hash) => {
      const held = await tx.query('SELECT 1 FROM sessions WHERE id = $1 AND user_id = $2 FOR KEY SHARE', [
        sessionId,
        userId,
      ]);
      if (held.length === 0) throw sessionEnded();
      return tx.query<WaitingDevice>(
        `UPDATE device_sign_ins SET session_id = $2 WHERE user_code_hash = $1 AND ${UNDECIDED} RETURNING name, ip`,
        [hash, sessionId],
      );
    });
  }

  /** @throws the errors of `look` */
  async refuse(actor: RequestActor, userCode: string): Promise<void> {
    if (actor.principal.sessionId === undefined) throw deviceSessionRequired();
    await this.decide(actor, userCode, 'device.refused', (tx, hash) =>
      tx.query<WaitingDevice>(
        `UPDATE device_sign_ins SET refused = true WHERE user_code_hash = $1 AND ${UNDECIDED} RETURNING name, ip`,
        [hash],
      ),
    );
  }

  private decide(
    actor: RequestActor,
    userCode: string,
    action: 'device.approved' | 'device.refused',
    write: (tx: Transaction, hash: Buffer) => Promise<WaitingDevice[]>,
  ): Promise<unknown> {
    const { userId } = actor.principal;
    return this.guess(userId, () =>
      this.database.transaction(async (tx) => {
        const [device] = await write(tx, this.userCodes.hash(userCode));
        if (device === undefined) return undefined;
        const after = { device: device.name, ip: device.ip };
        await this.audit.record(tx, { action, actor, workspaceId: null, target: userId, after });
        return device;
      }),
    );
  }

  private async guess<Found>(userId: string, find: () => Promise<Found | undefined>): Promise<Found> {
    const succeeded = this.throttle.guess(userId);
    const found = await find();
    if (found === undefined) throw deviceCodeInvalid();
    succeeded();
    return found;
  }
}

const UNDECIDED = 'session_id IS NULL AND NOT refused AND expires_at > now()';

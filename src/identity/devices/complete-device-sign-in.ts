import { Injectable } from '@nestjs/common';
import { Audit } from '../../platform/audit/audit.js';
import { Database } from '../../platform/database/database.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { hashOfOneTimeToken } from '../public/one-time-token.js';
import type { OpenSession } from '../public/open-session.js';
import { beginSession } from '../sessions/begin-session.js';
import { deviceExpired, devicePending, deviceRefused, deviceSlowDown } from './device.errors.js';

export const LIFETIME_SECONDS = 600;
export const INTERVAL_SECONDS = 3;
/** A request may overtake the one before on its way. */
const TOLERANCE_SECONDS = 1;

interface Device {
  readonly refused: boolean;
  /** Null: the first request. */
  readonly isEarly: boolean | null;
  /** The user who has approved the device. */
  readonly userId: string | null;
}

/** The last step of the sign-in of a device: its session, once a user has approved it. */
@Injectable()
export class CompleteDeviceSignIn {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws `device.pending`, `device.slow-down`, `device.refused`, `device.expired` */
  async run(deviceCode: string, client: ClientInfo): Promise<OpenSession> {
    const hash = hashOfOneTimeToken(deviceCode);
    const device = await this.ask(hash);
    if (device === undefined) throw deviceExpired();
    if (device.refused) throw deviceRefused();
    if (device.isEarly === true) throw deviceSlowDown(undefined, { retryAfterSeconds: INTERVAL_SECONDS });
    if (device.userId === null) throw devicePending();
    return this.begin(hash, device.userId, client);
  }

  private async ask(hash: Buffer): Promise<Device | undefined> {
    const [device] = await this.database.query<Device>(
      `WITH device AS (
         SELECT refused, session_id, polled_at > now() - make_interval(secs => $2) AS is_early FROM device_sign_ins
         WHERE code_hash = $1 AND expires_at > now()
       ), noted AS (
         UPDATE device_sign_ins SET polled_at = now() FROM device
         WHERE code_hash = $1 AND device.is_early IS NOT TRUE
       )
       SELECT refused, is_early AS "isEarly", (SELECT user_id FROM sessions WHERE id = session_id) AS "userId"
       FROM device`,
      [hash, INTERVAL_SECONDS - TOLERANCE_SECONDS],
    );
    return device;
  }

  private begin(hash: Buffer, userId: string, client: ClientInfo): Promise<OpenSession> {
    return this.database.transaction(async (tx) => {
      // The user first, as every change of a user locks.
      const session = await beginSession(tx, userId, client);
      const [used] = await tx.query<{ name: string | null }>(
        'DELETE FROM device_sign_ins WHERE code_hash = $1 AND expires_at > now() RETURNING name',
        [hash],
      );
      // A concurrent request was first, the approving session has ended, or the user was disabled.
      if (session === undefined || used === undefined) throw deviceExpired();
      const entry = { actor: { ...client, actorId: userId }, workspaceId: null, target: userId };
      await this.audit.record(tx, { action: 'login.succeeded', ...entry, after: { device: used.name } });
      return session;
    });
  }
}

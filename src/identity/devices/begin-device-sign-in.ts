import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { newOneTimeToken } from '../public/one-time-token.js';
import { INTERVAL_SECONDS, LIFETIME_SECONDS } from './complete-device-sign-in.js';
import { tooManyDevices } from './device.errors.js';
import type { DeviceCodesResponse } from './device.schemas.js';
import { DeviceThrottle } from './device-throttle.js';
import { UserCodes } from './user-codes.js';

/** The limit of the whole installation. */
const MAX_WAITING = 5_000;
const RETRY_AFTER_SECONDS = 60;

/** The first step of the sign-in of a device without a browser of its own (RFC 8628). */
@Injectable()
export class BeginDeviceSignIn {
  constructor(
    private readonly database: Database,
    private readonly userCodes: UserCodes,
    private readonly throttle: DeviceThrottle,
    private readonly config: Config,
  ) {}

  /** The database keeps the hashes of the codes only. @throws `device.too-many` */
  async run(name: string | undefined, { ip, userAgent }: ClientInfo): Promise<DeviceCodesResponse> {
    this.throttle.countBegin(ip);
    const { token: deviceCode, hash } = newOneTimeToken();
    const userCode = this.userCodes.make();
    await this.makeRoom();
    const made = await this.database.query(
      `INSERT INTO device_sign_ins (code_hash, user_code_hash, name, ip, user_agent, expires_at)
       SELECT $1, $2, $3, $4, $5, now() + make_interval(secs => $6)
       WHERE (SELECT count(*) FROM device_sign_ins) < $7 RETURNING 1`,
      [hash, this.userCodes.hash(userCode), name ?? null, ip, userAgent, LIFETIME_SECONDS, MAX_WAITING],
    );
    if (made.length === 0) throw tooManyDevices(undefined, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    const verificationUri = `${this.config.publicUrl}/device`;
    return {
      deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete: `${verificationUri}?code=${userCode}`,
      expiresIn: LIFETIME_SECONDS,
      interval: INTERVAL_SECONDS,
    };
  }

  /** A full table gives up the oldest sign-in without a decision, so that strangers cannot keep others out. */
  private async makeRoom(): Promise<void> {
    // Another request may be deleting the same rows.
    await this.database.query(
      `DELETE FROM device_sign_ins WHERE code_hash IN
         (SELECT code_hash FROM device_sign_ins WHERE expires_at <= now() FOR UPDATE SKIP LOCKED)`,
    );
    await this.database.query(
      `DELETE FROM device_sign_ins WHERE code_hash IN
         (SELECT code_hash FROM device_sign_ins WHERE session_id IS NULL AND NOT refused ORDER BY expires_at
          LIMIT (SELECT greatest(count(*) - $1 + 1, 0) FROM device_sign_ins) FOR UPDATE SKIP LOCKED)`,
      [MAX_WAITING],
    );
  }
}

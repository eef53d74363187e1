import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Audit } from '../../platform/audit/audit.js';
import { SYSTEM } from '../../platform/audit/actor.js';
import type { OidcIssuer } from '../../platform/config/oidc-issuers.js';
import { Database, isUniqueViolation, type Transaction } from '../../platform/database/database.js';
import { newId } from '../../platform/ids.js';
import { auditedAccount } from '../users/account.schemas.js';

const address = z.string().trim().toLowerCase().pipe(z.email());

export interface Profile {
  readonly name: string | undefined;
  /** Only when the issuer has verified it. */
  readonly email: string | undefined;
}

type TrustedIssuer = Pick<OidcIssuer, 'issuer' | 'linkByEmail'>;

/**
 * Maps the subjects of trusted issuers to users. Issuer and subject identify a user, since no other claim is stable.
 */
@Injectable()
export class ProvisionUser {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** Creates or links the user of an unknown subject. @returns the user id */
  async provision({ issuer, linkByEmail }: TrustedIssuer, subject: string, profile: Profile): Promise<string> {
    const known = await this.find(issuer, subject);
    if (known !== undefined) return known;
    try {
      return await this.database.transaction(async (tx) => {
        const linked = linkByEmail ? await this.link(tx, issuer, subject, profile.email) : undefined;
        return linked ?? this.make(tx, issuer, subject, profile);
      });
    } catch (error) {
      // A concurrent call has provisioned the same subject.
      const created = isUniqueViolation(error) ? await this.find(issuer, subject) : undefined;
      if (created === undefined) throw error;
      return created;
    }
  }

  private async find(issuer: string, subject: string): Promise<string | undefined> {
    const [identity] = await this.database.query<{ user_id: string }>(
      'SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2',
      [issuer, subject],
    );
    return identity?.user_id;
  }

  /**
   * Links by e-mail address, which the issuer must have verified. A user has at most one subject per issuer, so that a
   * reassigned address gives no access to the account.
   * @returns undefined when there is no user to link
   */
  private async link(
    tx: Transaction,
    issuer: string,
    subject: string,
    email: string | undefined,
  ): Promise<string | undefined> {
    const wanted = address.safeParse(email).data;
    if (wanted === undefined) return undefined;
    // Otherwise a member of a workspace could prepare an account for the address of another person, and share it.
    const [user] = await tx.query<{ id: string }>(
      'SELECT id FROM users WHERE email = $1 AND NOT email_unverified FOR UPDATE',
      [wanted],
    );
    if (user === undefined) return undefined;
    // Under the lock of the user, so that only one of two subjects with this address is linked.
    const taken = await tx.query('SELECT FROM identities WHERE user_id = $1 AND issuer = $2', [user.id, issuer]);
    if (taken.length > 0) return undefined;
    await tx.query('INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3)', [issuer, subject, user.id]);
    const after = { issuer, subject, email: wanted };
    const entry = { actor: SYSTEM, workspaceId: null, target: user.id, after };
    await this.audit.record(tx, { action: 'user.identity-linked', ...entry });
    return user.id;
  }

  private async make(tx: Transaction, issuer: string, subject: string, profile: Profile): Promise<string> {
    const user = await insertUser(tx, profile);
    await tx.query('INSERT INTO identities (issuer, subject, user_id) VALUES ($1, $2, $3)', [issuer, subject, user.id]);
    await this.audit.record(tx, {
      action: 'user.created',
      actor: SYSTEM,
      workspaceId: null,
      target: user.id,
      after: { ...auditedAccount({ ...user, isAdmin: false, disabled: false }), issuer, subject },
    });
    return user.id;
  }
}

async function insertUser(tx: Transaction, { name, email }: Profile) {
  const id = newId();
  const wanted = address.safeParse(email).data;
  // An address in use stays with its user: an issuer must not take over an account by naming its address. The top-level
  // domain `.invalid` is reserved (RFC 2606).
  for (const candidate of [...(wanted === undefined ? [] : [wanted]), `${id}@users.invalid`]) {
    const [created] = await tx.query<{ email: string; name: string }>(
      'INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING email, name',
      [id, candidate, name?.trim() || candidate],
    );
    if (created !== undefined) return { id, ...created };
  }
  throw new Error('A placeholder address is already in use.');
}

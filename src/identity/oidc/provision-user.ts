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
  /** One that the issuer has verified. */
  readonly email: string | undefined;
}

type TrustedIssuer = Pick<OidcIssuer, 'issuer' | 'linkByEmail'>;

/** Whoever an issuer vouches for is a user here, known by issuer and subject, since nothing else stays the same. */
@Injectable()
export class ProvisionUser {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  /** @returns the id of the user, who is made, or linked where the issuer may do that, at the first sight */
  async of({ issuer, linkByEmail }: TrustedIssuer, subject: string, profile: Profile): Promise<string> {
    const known = await this.find(issuer, subject);
    if (known !== undefined) return known;
    try {
      return await this.database.transaction(async (tx) => {
        const linked = linkByEmail ? await this.link(tx, issuer, subject, profile.email) : undefined;
        return linked ?? this.make(tx, issuer, subject, profile);
      });
    } catch (error) {
      // Two calls at once, both the first.
      const made = isUniqueViolation(error) ? await this.find(issuer, subject) : undefined;
      if (made === undefined) throw error;
      return made;
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
   * The address is the proof, so that the issuer must have verified it. One user has one subject of an issuer: an address
   * that the issuer gave to somebody else later opens nothing.
   * @returns undefined where there is no user to link
   */
  private async link(
    tx: Transaction,
    issuer: string,
    subject: string,
    email: string | undefined,
  ): Promise<string | undefined> {
    const wanted = address.safeParse(email).data;
    if (wanted === undefined) return undefined;
    const [user] = await tx.query<{ id: string }>('SELECT id FROM users WHERE email = $1 FOR UPDATE', [wanted]);
    if (user === undefined) return undefined;
    // Under the lock of the user: of two subjects with this address one is linked.
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
  // An address that is somebody's already stays his: an issuer must not be able to take over an account by naming it.
  // `.invalid` is nobody's (RFC 2606).
  for (const candidate of [...(wanted === undefined ? [] : [wanted]), `${id}@users.invalid`]) {
    const [made] = await tx.query<{ email: string; name: string }>(
      'INSERT INTO users (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING RETURNING email, name',
      [id, candidate, name?.trim() || candidate],
    );
    if (made !== undefined) return { id, ...made };
  }
  throw new Error('An address of nobody was somebody’s.');
}

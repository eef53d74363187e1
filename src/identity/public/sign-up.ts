import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Audit } from '../../platform/audit/audit.js';
import { isUniqueViolation, type Transaction } from '../../platform/database/database.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { newId } from '../../platform/ids.js';
import { TokenResponse } from '../login/token-response.js';
import { beginSession } from '../sessions/begin-session.js';
import { auditedAccount } from '../users/account.schemas.js';
import { hashPassword } from '../users/passwords.js';
import { userDisabled } from './auth.errors.js';
import type { LoginResponse } from './login-response.js';
import type { OpenSession } from './open-session.js';
import { emailTaken } from './user.errors.js';

/** A user to create. */
export interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  /** Whether the address may be another person's: no issuer is then linked to the user by it. */
  readonly emailUnverified: boolean;
}

/** Accounts that people create themselves, for rooms that decide who may. */
@Injectable()
export class SignUp {
  constructor(
    private readonly audit: Audit,
    private readonly tokenResponse: TokenResponse,
  ) {}

  /** Slow on purpose: call it before the transaction. */
  hashPassword(password: string): Promise<string> {
    return hashPassword(password);
  }

  /**
   * Creates a user and signs them in.
   * @returns a session for `respond`
   * @throws `user.email-taken`
   */
  async create(tx: Transaction, account: NewAccount, client: ClientInfo): Promise<OpenSession> {
    const id = newId();
    const { email, name, passwordHash, emailUnverified } = account;
    await tx
      .query('INSERT INTO users (id, email, name, password_hash, email_unverified) VALUES ($1, $2, $3, $4, $5)', [
        id,
        email,
        name,
        passwordHash,
        emailUnverified,
      ])
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? emailTaken() : error;
      });
    const session = await beginSession(tx, id, client);
    if (session === undefined) throw userDisabled();
    const entry = { actor: { ...client, actorId: id }, workspaceId: null, target: id };
    const after = { ...auditedAccount({ email, name, isAdmin: false, disabled: false }), emailUnverified };
    await this.audit.record(tx, { action: 'user.created', ...entry, after });
    await this.audit.record(tx, { action: 'login.succeeded', ...entry });
    return session;
  }

  /** As the response of a sign-in with a password. */
  respond(session: OpenSession, reply: FastifyReply): Promise<LoginResponse> {
    return this.tokenResponse.send(session, reply);
  }
}

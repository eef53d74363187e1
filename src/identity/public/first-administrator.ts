import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '../../platform/audit/actor.js';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { TidingsError } from '../../platform/errors.js';
import { CreateUser } from '../users/create-user.js';
import { User } from '../users/user.entity.js';
import { emailTaken } from './user.errors.js';

const LOCAL_EMAIL = 'admin@tidings.local';
/** 24 characters of base64url. */
const PASSWORD_BYTES = 18;

export interface CreatedAdministrator {
  readonly userId: string;
  readonly email: string;
  /** To be printed once and stored nowhere; undefined when the settings provide it. */
  readonly password: string | undefined;
}

/** Ensures that an installation has an administrator. */
@Injectable()
export class FirstAdministrator {
  private readonly logger = new Logger('first start');

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly createUser: CreateUser,
  ) {}

  /**
   * Creates an administrator when there is none: from the settings, or with a random password for an embedded database.
   * Processes that start at the same time create only one.
   * @returns the administrator; undefined when there already is one, or when the settings name none
   */
  async make({ embedded }: { readonly embedded: boolean }): Promise<CreatedAdministrator | undefined> {
    if (await this.database.manager.existsBy(User, { isAdmin: true })) return undefined;
    const { admin } = this.config;
    if (admin === undefined && !embedded) {
      this.logger.warn('there is no administrator: set ADMIN_EMAIL and ADMIN_PASSWORD and restart to create one');
      return undefined;
    }
    const email = admin?.email.toLowerCase() ?? LOCAL_EMAIL;
    const password = admin?.password ?? randomBytes(PASSWORD_BYTES).toString('base64url');
    try {
      // The password in the settings is the operator's own choice; a printed one was seen in a terminal or a log.
      const wanted = { email, name: 'Administrator', password, mustChangePassword: admin === undefined };
      const user = await this.createUser.run(SYSTEM, wanted, true);
      if (this.config.production) this.logger.log({ msg: 'created the first administrator', userId: user.id });
      return { userId: user.id, email, password: admin === undefined ? password : undefined };
    } catch (error) {
      // Another process has created the administrator.
      if (error instanceof TidingsError && error.definition === emailTaken.definition) return undefined;
      throw error;
    }
  }
}

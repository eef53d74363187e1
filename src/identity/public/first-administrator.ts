import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { SYSTEM } from '../../platform/audit/actor.js';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { TidingsError } from '../../platform/errors.js';
import { CreateUser } from '../users/create-user.js';
import { User } from '../users/user.entity.js';
import { emailTaken } from '../users/user.errors.js';

const LOCAL_EMAIL = 'admin@tidings.local';
/** 24 characters of base64url. */
const PASSWORD_BYTES = 18;

export interface MadeAdministrator {
  readonly userId: string;
  readonly email: string;
  /** To be printed this once, and kept nowhere; undefined when it was given in the settings. */
  readonly password: string | undefined;
}

/** Sees to it that somebody can log in. */
@Injectable()
export class FirstAdministrator {
  private readonly logger = new Logger('first start');

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly createUser: CreateUser,
  ) {}

  /**
   * Makes an administrator when there is none: the one of the settings, or for an embedded database one with a random
   * password. Processes that start at once make one between them.
   * @returns what was made; undefined when there was nothing to make, or nothing to make it from
   */
  async make({ embedded }: { readonly embedded: boolean }): Promise<MadeAdministrator | undefined> {
    if (await this.database.manager.existsBy(User, { isAdmin: true })) return undefined;
    const { admin } = this.config;
    if (admin === undefined && !embedded) {
      this.logger.warn('there is no administrator: set ADMIN_EMAIL and ADMIN_PASSWORD and restart to have one made');
      return undefined;
    }
    const email = admin?.email.toLowerCase() ?? LOCAL_EMAIL;
    const password = admin?.password ?? randomBytes(PASSWORD_BYTES).toString('base64url');
    try {
      const user = await this.createUser.execute(SYSTEM, { email, name: 'Administrator', password }, true);
      if (this.config.production) this.logger.log({ msg: 'the first administrator is made', userId: user.id });
      return { userId: user.id, email, password: admin === undefined ? password : undefined };
    } catch (error) {
      // Another process was faster: its administrator is as good.
      if (error instanceof TidingsError && error.definition === emailTaken.definition) return undefined;
      throw error;
    }
  }
}

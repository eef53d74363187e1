import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { showUser, type UserResponse } from '../contracts/user.shapes.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import { User } from '../users/user.entity.js';
import { wrongLogin } from './login.errors.js';
import { LoginThrottle } from './login-throttle.js';
import { isPassword } from './passwords.js';

export interface Login {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly user: UserResponse;
}

@Injectable()
export class LogIn {
  constructor(
    private readonly database: Database,
    private readonly tokens: AccessTokens,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * @param address the network address that the attempt comes from
   * @throws `auth.wrong-login`, or `auth.too-many-logins` whatever the password
   */
  async withPassword(email: string, password: string, address: string): Promise<Login> {
    const user = await this.find(email.toLowerCase());
    // Begun after the query: a database that doesn't answer is nobody's failed login.
    const succeeded = this.throttle.begin(email.toLowerCase(), address);
    const matches = await isPassword(password, user?.passwordHash);
    if (user === null || user.disabled || !matches) throw wrongLogin();
    succeeded();
    const accessToken = await this.tokens.issue(user.id);
    return { accessToken, expiresIn: this.tokens.lifeSeconds, user: showUser(user) };
  }

  private async find(email: string): Promise<User | null> {
    return this.database.manager
      .createQueryBuilder(User, 'user')
      .addSelect('user.passwordHash')
      .where({ email })
      .getOne();
  }
}

import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  readonly id!: string;

  /** In lower case, so that addresses that differ only in case belong to one user. */
  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  /** Null for a user who signs in at another issuer. Queries omit it unless they select it, so that it can't leak. */
  @Column('text', { name: 'password_hash', select: false, nullable: true })
  passwordHash!: string | null;

  @Column('boolean', { name: 'is_admin', default: false })
  isAdmin!: boolean;

  @Column('boolean', { default: false })
  disabled!: boolean;

  /** The user signs in with a password that another person has chosen. */
  @Column('boolean', { name: 'must_change_password', default: false })
  mustChangePassword!: boolean;

  /** The user signed up by a link that a member of a workspace passed on, so the address may be another person's. */
  @Column('boolean', { name: 'email_unverified', default: false, select: false })
  readonly emailUnverified!: boolean;

  /** Tokens of other issuers, and everything derived from them, are valid only when issued later. */
  @Column({ type: 'timestamptz', name: 'credentials_valid_from', nullable: true, select: false })
  readonly credentialsValidFrom!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  readonly createdAt!: Date;
}

import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryColumn('uuid')
  readonly id!: string;

  /** Lower case: nobody has two addresses that differ in capitals only. */
  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  /** Null for whoever signs in elsewhere. Not part of what a query brings unless it asks: what isn't there can't be shown by mistake. */
  @Column('text', { name: 'password_hash', select: false, nullable: true })
  passwordHash!: string | null;

  @Column('boolean', { name: 'is_admin', default: false })
  isAdmin!: boolean;

  @Column('boolean', { default: false })
  disabled!: boolean;

  /** Tokens of other issuers, and what was drawn from them, count only when they are newer. */
  @Column({ type: 'timestamptz', name: 'credentials_valid_from', nullable: true, select: false })
  readonly credentialsValidFrom!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  readonly createdAt!: Date;
}

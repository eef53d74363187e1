import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepWorkspacesShorter1763700006110 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Null: as long as the installation keeps them.
    await queryRunner.query(`
      ALTER TABLE workspaces ADD event_days integer CHECK (event_days > 0),
        ADD delivery_days integer CHECK (delivery_days > 0)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE workspaces DROP delivery_days, DROP event_days');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class GiveSourcesChannels1763700004420 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE sources ADD own_channel boolean NOT NULL DEFAULT false');
    // Null: the event is in the channel of the workspace, as every event of a release before.
    await queryRunner.query('ALTER TABLE deliveries ADD event_path text');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE deliveries DROP event_path');
    await queryRunner.query('ALTER TABLE sources DROP own_channel');
  }
}

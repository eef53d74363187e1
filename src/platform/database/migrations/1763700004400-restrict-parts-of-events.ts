import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RestrictPartsOfEvents1763700004400 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    // Beside the payload, so that the release before shows an event without its restricted part.
    await queryRunner.query('ALTER TABLE events ADD restricted json');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE events DROP restricted');
  }
}

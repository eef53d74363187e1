// What the TypeORM command line works on: `npx typeorm -d scripts/data-source.mjs ...`, after a build.
import 'reflect-metadata';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
// Brings every module and, with them, every entity: their decorators have registered them by now.
import '../dist/app.module.js';
import { databaseUrl } from '../dist/platform/config/database-url.js';
import { dataSourceOptions } from '../dist/platform/database/data-source.js';

const url = databaseUrl.optional().parse(process.env.DATABASE_URL);
if (!url) throw new Error('DATABASE_URL names the database to work on.');

export default new DataSource({
  ...dataSourceOptions(url, 1),
  entities: getMetadataArgsStorage().tables.map(({ target }) => target),
});

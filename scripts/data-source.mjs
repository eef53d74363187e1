// The data source for the TypeORM command line: `npx typeorm -d scripts/data-source.mjs ...`, after a build.
import 'reflect-metadata';
import { DataSource, getMetadataArgsStorage } from 'typeorm';
// Imports every module and thereby every entity, whose decorators register them.
import '../dist/app.module.js';
import { databaseUrl } from '../dist/platform/config/database-url.js';
import { dataSourceOptions } from '../dist/platform/database/data-source.js';

const url = databaseUrl.optional().parse(process.env.DATABASE_URL);
if (!url) throw new Error('DATABASE_URL must be set.');

export default new DataSource({
  ...dataSourceOptions(url, 1),
  entities: getMetadataArgsStorage().tables.map(({ target }) => target),
});

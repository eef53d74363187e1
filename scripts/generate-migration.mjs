// Writes the migration from the current schema to the entities: `npm run migration:generate -- add-labels`. It
// compares them with an empty database after all migrations, so it needs no running service.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MIGRATIONS = 'src/platform/database/migrations';
const [name] = process.argv.slice(2);
if (!/^[a-z][a-z\d-]*$/.test(name ?? '')) {
  console.error('Describe the change in kebab-case: npm run migration:generate -- add-labels-to-tasks');
  process.exit(2);
}

execFileSync('npm', ['run', 'build'], { stdio: 'inherit' });
const { startEmbeddedPostgres } = await import('../dist/platform/embedded-postgres/embedded-postgres.js');
const { migrate } = await import('../dist/platform/database/migrate.js');

const dataDir = mkdtempSync(join(tmpdir(), 'tidings-migration-'));
chmodSync(dataDir, 0o755); // as root, PostgreSQL runs as another user that needs access
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  await migrate(postgres.url);
  const args = ['migration:generate', '--pretty', '--esm', '-d', 'scripts/data-source.mjs', `${MIGRATIONS}/${name}`];
  execFileSync('node_modules/.bin/typeorm', args, {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: postgres.url },
  });
  execFileSync('node_modules/.bin/oxfmt', [MIGRATIONS], { stdio: 'inherit' });
  console.log('Remove the drops of constraints and indexes that only the migrations define,');
  console.log(`and add the rest to ${MIGRATIONS}/migrations.ts.`);
} catch {
  process.exitCode = 1; // the failed tool has printed the reason
} finally {
  await postgres.stop();
  for (const path of [postgres.dataDir, dataDir]) rmSync(path, { recursive: true, force: true });
}

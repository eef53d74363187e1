import { loadConfig, type Config } from './platform/config/config.js';
import { readSettings } from './platform/config/settings-file.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './platform/embedded-postgres/embedded-postgres.js';

/**
 * Runs a command on the database of the settings; the embedded one is started for it. Sets the exit code and prints the
 * reason of a failure.
 */
export async function withDatabase(command: (url: string, config: Config) => Promise<void>): Promise<void> {
  let postgres: EmbeddedPostgres | undefined;
  try {
    const config = loadConfig(readSettings().variables);
    postgres = config.databaseUrl === undefined ? await startOwnDatabase(config) : undefined;
    await command(config.databaseUrl ?? postgres?.url ?? '', config);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await postgres?.stop();
  }
}

async function startOwnDatabase({ dataDir, embeddedPgUser }: Config): Promise<EmbeddedPostgres> {
  const user = embeddedPgUser === undefined ? {} : { runAsUser: embeddedPgUser };
  return startEmbeddedPostgres({ dataDir, log: say, ...user });
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

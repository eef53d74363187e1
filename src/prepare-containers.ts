import { ConfigError } from './platform/config/config.js';
import { prepareContainers } from './platform/config/container-settings.js';
import { readSettings } from './platform/config/settings-file.js';
import { createLog } from './platform/logging/logger.js';

/** Runs once, before the other containers of docker-compose.yml start. */
const [directory = '/settings'] = process.argv.slice(2);
const log = createLog('info');
try {
  prepareContainers(readSettings().variables, directory);
  log.info('the settings are complete');
} catch (error) {
  if (error instanceof ConfigError) log.fatal({ problems: error.problems }, 'the settings are invalid');
  else log.fatal({ err: error }, 'the settings could not be completed');
  process.exitCode = 1;
}

/** fsync and synchronous_commit keep PostgreSQL's defaults (on): an acknowledged webhook must survive a power cut. */
const DEFAULTS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  // There are no replicas.
  wal_level: 'minimal',
  max_wal_senders: '0',
  // For short statements, JIT compilation costs more than it saves.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and constraint errors contain data of senders, which must not be logged.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** The options for `pg_ctl start -o`. Throws on a value that the shell would interpret. */
export function serverOptions(port: number, overrides: Record<string, string>): string {
  const settings = { ...DEFAULTS, ...overrides, port: String(port) };
  return Object.entries(settings)
    .map(([name, value]) => {
      // pg_ctl passes its options to a shell.
      if (!/^\w+=[\w.,:/%+-]*$/.test(`${name}=${value}`)) {
        throw new Error(`The PostgreSQL setting ${name} may contain only letters, digits and .,:/%+-.`);
      }
      return `-c ${name}=${value}`;
    })
    .join(' ');
}

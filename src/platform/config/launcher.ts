import { readFileSync } from 'node:fs';

const CHECK_INTERVAL_MS = 1_000;

/**
 * Calls `onGone` when the npm process that started this one has ended. npm passes signals to a shell that ends without
 * forwarding them, and a killed npm sends none: the server would keep running. Does nothing if npm did not start it.
 */
export function watchLauncher(onGone: () => void, variables: NodeJS.ProcessEnv = process.env): void {
  if (variables['npm_lifecycle_event'] === undefined) return;
  const launcher = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === launcher) return;
    clearInterval(timer);
    onGone();
  }, CHECK_INTERVAL_MS).unref();
}

/** The parent process and its parent: the shell in which npm runs a script, and npm. */
function ancestors(): string {
  return `${process.ppid} ${parentOf(process.ppid) ?? ''}`;
}

/** Undefined without /proc: on those systems the shell replaces itself with the command. */
function parentOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name can contain spaces and brackets, so fields are counted from the last bracket (proc_pid_stat(5)).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

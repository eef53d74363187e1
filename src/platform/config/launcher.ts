import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `onGone` when the npm that runs this process has ended. npm passes signals on to a shell that ends without telling
 * us, and a killed npm tells nobody: the server would stay behind. A process that npm didn't start has no launcher.
 */
export function watchLauncher(onGone: () => void, variables: NodeJS.ProcessEnv = process.env): void {
  if (variables['npm_lifecycle_event'] === undefined) return;
  const launcher = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === launcher) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS).unref();
}

/** Our parent, and its own: the shell that npm runs a script with, and npm. */
function ancestors(): string {
  return `${process.ppid} ${parentOf(process.ppid) ?? ''}`;
}

/** Undefined where there is no /proc: shells of such systems replace themselves by what they run. */
function parentOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and brackets, so count the fields from its last bracket (proc_pid_stat(5)).
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

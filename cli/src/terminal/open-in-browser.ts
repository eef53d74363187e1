import { spawn } from 'node:child_process';
import { environment } from '../environment.js';

/** Opens a page if the user of this terminal can see it: not from another machine, and not without a screen. */
export function openInBrowser(address: string): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // The address comes from a server: no other program than a browser may open it.
  if (url === undefined || !/^https?:$/.test(url.protocol)) return;
  if (!process.stderr.isTTY || !environment.hasScreen) return;
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url.href], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

/** None of them is a shell, so that no character of the address is a command. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

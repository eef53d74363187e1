import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is on this machine, CHROMIUM_PATH before all; undefined where none is installed. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? PLACES.find((path) => existsSync(path));

export function startBrowser(executablePath: string): Promise<Browser> {
  // Its sandbox takes kernel features that containers and root don't have; it only ever opens our own page.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

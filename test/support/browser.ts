import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of Chromium: CHROMIUM_PATH or a usual path; undefined when it is not installed. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? PATHS.find((path) => existsSync(path));

export function startBrowser(executablePath: string): Promise<Browser> {
  // The sandbox needs kernel features that containers and root lack. The browser only opens pages of the tests.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

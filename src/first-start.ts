import type { INestApplicationContext } from '@nestjs/common';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FirstAdministrator } from './identity/public/first-administrator.js';
import { CreateWorkspace } from './access/public/create-workspace.js';
import { SYSTEM } from './platform/audit/actor.js';
import type { Config } from './platform/config/config.js';
import { OpenDemoSource } from './webhooks/public/open-demo-source.js';

/** The data that a new user needs to try Tidings; kept for the next start and for `npm run simulate`. */
const welcomeSchema = z.object({
  url: z.url(),
  email: z.string(),
  password: z.string().optional(),
  workspaceId: z.uuid(),
  openSourceUrl: z.url(),
});

export type Welcome = z.infer<typeof welcomeSchema> & {
  /** The file that the first start wrote; undefined during the first start. */
  readonly keptIn?: string;
};

/**
 * Creates the first administrator if there is none. Outside production, also creates a demo workspace with an open
 * source.
 * @returns the welcome data; undefined in production, and for an installation that is already set up
 */
export async function firstStart(app: INestApplicationContext, config: Config): Promise<Welcome | undefined> {
  const path = join(config.dataDir, 'first-start.json');
  const embedded = config.databaseUrl === undefined && !config.production;
  const administrator = await app.get(FirstAdministrator).make({ embedded });
  if (config.production) return undefined;
  if (administrator === undefined) return embedded ? readWelcome(path) : undefined;
  const { userId, email, password } = administrator;
  const workspace = await app.get(CreateWorkspace).run(SYSTEM, { name: 'Demo' }, userId);
  const openSourceUrl = await app.get(OpenDemoSource).run(workspace.id);
  const welcome = { url: config.publicUrl, email, password, workspaceId: workspace.id, openSourceUrl };
  if (embedded) writeFileSync(path, JSON.stringify(welcome, null, 2), { mode: 0o600 });
  return welcome;
}

/** The password and the key of the open source are printed only on the first start. */
function readWelcome(path: string): Welcome | undefined {
  try {
    const welcome = welcomeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { ...welcome, keptIn: path };
  } catch {
    return undefined;
  }
}

export function welcomeText({ url, email, password, openSourceUrl, keptIn }: Welcome): string {
  if (keptIn !== undefined) {
    return `\n  Tidings is running: ${url}\n\n    sign in as   ${email}\n    the password and the address for webhooks are in ${keptIn}\n`;
  }
  return `
  Tidings is running: ${url}

    sign in as   ${email}
    password     ${password ?? '(ADMIN_PASSWORD)'}

  Open the page, then send it a webhook:

    curl -d "this is for WebSocketyness" ${openSourceUrl}

  (The same text within 10 seconds counts as the same delivery.)
${signedExample(url)}`;
}

/** The simulated senders are a script of the repository, which an installed package does not contain. */
function signedExample(url: string): string {
  if (!existsSync(new URL('../scripts/simulate.mjs', import.meta.url))) return '';
  return `  Or a real one, signed:  npm run simulate -- github${new URL(url).port === '3000' ? '' : ` --url ${url}`}\n`;
}

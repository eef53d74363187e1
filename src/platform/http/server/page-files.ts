import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fileURLToPath } from 'node:url';

// Plain files outside the build: the relative path is the same from src/ and dist/.
const FILES = fileURLToPath(new URL('../../../../page', import.meta.url));

/** Serves the page at `/`. Each file gets its own route, so that unknown paths still answer 404. */
export function servePage(app: NestFastifyApplication): void {
  app.useStaticAssets({ root: FILES, wildcard: false });
}

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fileURLToPath } from 'node:url';

// Plain files that no build touches: the path is the same from src/ and from dist/.
const FILES = fileURLToPath(new URL('../../../../page', import.meta.url));

/** The page at `/`. Each of its files gets a route of its own, so that any other address answers as it did before. */
export function servePage(app: NestFastifyApplication): void {
  app.useStaticAssets({ root: FILES, wildcard: false });
}

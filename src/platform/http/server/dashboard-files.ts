import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Built files outside the build of the server: the relative path is the same from src/ and dist/.
const FILES = fileURLToPath(new URL('../../../../dashboard/dist', import.meta.url));

/** The addresses of screens, and those in mails. Every other unknown path still answers 404. */
const SCREENS = [
  '/',
  '/w/*',
  '/workspaces/*',
  '/tasks/*',
  '/status',
  '/notification-preferences',
  '/sign-in',
  '/device',
  '/forgot-password',
  '/reset-password',
  '/invitation',
];

/** Below it, Vite puts a hash of the content into each name. */
const ASSETS = join(FILES, 'assets');

const YEAR_SECONDS = 31_536_000;

/**
 * Serves the dashboard at `/` and its screens at their addresses.
 * @param publicUrl may have a path, below which a proxy serves all of it
 */
export async function serveDashboard(app: NestFastifyApplication, publicUrl: string): Promise<void> {
  if (!existsSync(join(FILES, 'index.html'))) return;
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(fastifyStatic, {
    root: FILES,
    wildcard: false,
    index: false,
    globIgnore: ['index.html'],
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(ASSETS);
      void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
  const basePath = new URL(publicUrl).pathname.replace(/\/*$/, '/');
  const page = readFileSync(join(FILES, 'index.html'), 'utf8').replace(
    '<base href="/" />',
    `<base href="${basePath}" />`,
  );
  for (const path of SCREENS) {
    fastify.get(path, (_request, reply) => {
      void reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
    });
  }
}

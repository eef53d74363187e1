import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

const [compress, decompress] = [promisify(gzip), promisify(gunzip)];

// Built by `npm run build:guide`; the relative path is the same from src/ and dist/.
const FILES = fileURLToPath(new URL('../../../../docs/.vitepress/dist', import.meta.url));

/** The built pages name all their links and files below it. */
const BUILT_BASE = '/docs/guide/';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
};

/**
 * Serves the guide, the pages of docs/, at `/docs/guide`.
 * @param publicUrl may have a path, below which a proxy serves all of it
 */
export function serveGuide(app: NestFastifyApplication, publicUrl: string): void {
  if (!existsSync(FILES)) return;
  const files = new GuideFiles(new URL(publicUrl).pathname.replace(/\/*$/, ''));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/docs/guide', (_request, reply) => reply.redirect(files.base));
  fastify.get<{ Params: { '*': string } }>('/docs/guide/*', (request, reply) =>
    files.send(request.params['*'], /\bgzip\b/.test(request.headers['accept-encoding'] ?? ''), reply),
  );
}

/** The build leaves texts compressed only, which makes the image smaller and a response cheaper. */
class GuideFiles {
  readonly base: string;
  private readonly names = new Set(
    readdirSync(FILES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(FILES, join(parentPath, name)).replaceAll(sep, '/')),
  );
  private readonly texts = new Map<string, Promise<Buffer>>();

  constructor(basePath: string) {
    this.base = `${basePath}${BUILT_BASE}`;
  }

  async send(path: string, takesGzip: boolean, reply: FastifyReply): Promise<FastifyReply> {
    const page = `${path || 'index'}.html`;
    const name = [path, page].find((one) => this.names.has(one) || this.names.has(`${one}.gz`)) ?? '404.html';
    void reply
      .code(name === '404.html' ? 404 : 200)
      .type(TYPES[extname(name)] ?? 'application/octet-stream')
      .header('cache-control', name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (!this.names.has(`${name}.gz`)) return reply.send(await readFile(join(FILES, name)));
    void reply.header('vary', 'accept-encoding');
    const text = await this.text(name);
    return takesGzip ? reply.header('content-encoding', 'gzip').send(text) : reply.send(await decompress(text));
  }

  /** @returns the compressed text, which stays in memory only when the base had to be changed in it */
  private text(name: string): Promise<Buffer> {
    const file = join(FILES, `${name}.gz`);
    if (this.base === BUILT_BASE) return readFile(file);
    const text = this.texts.get(name) ?? this.withBase(file);
    this.texts.set(name, text);
    return text;
  }

  private async withBase(file: string): Promise<Buffer> {
    const built = (await decompress(await readFile(file))).toString();
    return compress(built.replaceAll(BUILT_BASE, this.base));
  }
}

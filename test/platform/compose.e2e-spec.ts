import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../src/platform/config/environment.js';

const text = (name: string): string => readFileSync(join(import.meta.dirname, '../..', name), 'utf8');
const compose = text('docker-compose.yml');

/** Settings that the image or the compose file fixes for each container, regardless of `.env`. */
const FIXED = ['NODE_ENV', 'HOST', 'PORT', 'DATA_DIR', 'EMBEDDED_DATABASE', 'EMBEDDED_PG_USER'];

/** The top-level block with this name, up to the next one. */
function block(name: string): string {
  const lines = compose.slice(compose.indexOf(`\n${name}`) + 1).split('\n');
  const end = lines.findIndex((line, place) => place > 0 && /^\S/.test(line));
  return lines.slice(0, end).join('\n');
}

function services(): Map<string, string> {
  const parts = block('services:').split(/^ {2}(?=[a-z])/m);
  return new Map(parts.slice(1).map((part) => [part.slice(0, part.indexOf(':')), part]));
}

describe('docker-compose.yml', () => {
  it.each(Object.keys(environment.shape).filter((name) => name !== 'ROLE' && !FIXED.includes(name)))(
    'passes %s to the containers',
    (name) => expect(block('x-settings:')).toMatch(new RegExp(`^  ${name}:`, 'm')),
  );

  it('passes all settings and a role to each service that runs Tidings', () => {
    const tidings = [...services()].filter(([, part]) => part.includes('<<: *tidings'));
    expect(tidings.map(([name]) => name)).toEqual(['api', 'api-2', 'worker', 'gateway-1', 'gateway-2']);
    for (const [, part] of tidings)
      expect(part).toMatch(/environment: \{ <<: \*settings, ROLE: (api|worker|gateway) \}/);
  });

  it('contains no secret and no default for one', () => {
    expect(compose).not.toMatch(/(PASSWORD|SECRET|KEY|TOKEN)\w*:-[^}]/);
    expect(text('.env.example')).not.toMatch(/^\w*(PASSWORD|SECRET|_KEY|_TOKEN)=\S/m);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './settings-file.js';

const directory = mkdtempSync(join(tmpdir(), 'tidings-settings-'));
const file = join(directory, 'settings.env');

afterEach(() => rmSync(file, { force: true }));

describe('readSettings', () => {
  it('takes settings from the file unless the environment sets them', () => {
    writeFileSync(file, '# of the file\nPORT=4000\nLOG_LEVEL="debug"\nADMIN_EMAIL=\n');
    const { variables, file: read } = readSettings({ ENV_FILE: file, PORT: '5000' });
    expect(variables).toMatchObject({ PORT: '5000', LOG_LEVEL: 'debug', ADMIN_EMAIL: '' });
    expect(read).toBe(file);
  });

  it('uses the file where the environment sets an empty value', () => {
    writeFileSync(file, 'PORT=4000\n');
    expect(readSettings({ ENV_FILE: file, PORT: '' }).variables['PORT']).toBe('4000');
  });

  it('fails when the file that ENV_FILE names does not exist', () => {
    expect(() => readSettings({ ENV_FILE: file })).toThrow(`The settings file ${file} cannot be read: ENOENT.`);
  });

  it('reads no .env in tests', () => {
    expect(readSettings({ NODE_ENV: 'test', PORT: '1' })).toEqual({
      variables: { NODE_ENV: 'test', PORT: '1' },
      file: undefined,
    });
  });
});

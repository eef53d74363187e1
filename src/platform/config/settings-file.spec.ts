import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './settings-file.js';

const directory = mkdtempSync(join(tmpdir(), 'tidings-settings-'));
const file = join(directory, 'settings.env');

afterEach(() => rmSync(file, { force: true }));

describe('the file of settings', () => {
  it('completes the environment, which wins where both set something', () => {
    writeFileSync(file, '# of the file\nPORT=4000\nLOG_LEVEL="debug"\nADMIN_EMAIL=\n');
    const { variables, file: read } = readSettings({ ENV_FILE: file, PORT: '5000' });
    expect(variables).toMatchObject({ PORT: '5000', LOG_LEVEL: 'debug', ADMIN_EMAIL: '' });
    expect(read).toBe(file);
  });

  it('counts where the environment sets something to nothing', () => {
    writeFileSync(file, 'PORT=4000\n');
    expect(readSettings({ ENV_FILE: file, PORT: '' }).variables['PORT']).toBe('4000');
  });

  it('has to be there when it is named', () => {
    expect(() => readSettings({ ENV_FILE: file })).toThrow(`The file of settings, ${file}, can't be read: ENOENT.`);
  });

  it('is not looked for by tests', () => {
    expect(readSettings({ NODE_ENV: 'test', PORT: '1' })).toEqual({
      variables: { NODE_ENV: 'test', PORT: '1' },
      file: undefined,
    });
  });
});

import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** npm and Jest set these; a registry and its certificates stay. */
const OF_THIS_RUN = /^(?:npm_(?!config_(?:registry|cafile)$)|NODE_(?:OPTIONS|ENV)$|INIT_CWD$)/i;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;

/** @returns {string} the folder, with these files (texts, or values that become JSON) */
export function folderWith(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}

/** The commands of one version of Node, with the npm of this process. */
export class Toolchain {
  /** @param {string} node the path of its program, @param {string} cache the cache of npm */
  constructor(node, cache) {
    const npm = process.env.npm_execpath ?? join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
    this.node = node;
    this.npm = npm;
    this.npx = join(dirname(npm), 'npx-cli.js');
    // Variables of the npm that runs this test would configure the npm of the installation.
    const own = Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name));
    this.environment = {
      ...Object.fromEntries(own),
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      npm_config_cache: cache,
      npm_config_update_notifier: 'false',
    };
  }

  /** @throws Error with the output of the command */
  async run(cwd, program, ...args) {
    try {
      const options = { cwd, env: this.environment, maxBuffer: MAX_OUTPUT_BYTES };
      return (await run(this.node, [program, ...args], options)).stdout;
    } catch (error) {
      const output = `${error.stdout ?? ''}\n${error.stderr ?? ''}`;
      throw new Error(`${program} ${args.join(' ')} failed in ${cwd}: ${output}`, { cause: error });
    }
  }

  install(cwd, ...args) {
    return this.run(cwd, this.npm, 'install', '--no-audit', '--no-fund', ...args);
  }

  /** Runs a program of the installed packages. */
  bin(cwd, name, ...args) {
    return this.run(cwd, join(cwd, 'node_modules/.bin', name), ...args);
  }
}

/** What docs/cli.md is made of; see scripts/cli-docs.mjs. */
export { DEFINITIONS } from './definitions/definitions.js';
export { EXIT, EXIT_MEANINGS } from './errors.js';
export { GLOBAL_OPTIONS } from './program.js';

/** The source of docs/cli.md; see scripts/cli-docs.mjs. */
export { DEFINITIONS } from './definitions/definitions.js';
export { EXIT, EXIT_MEANINGS } from './errors.js';
export { GLOBAL_OPTIONS } from './definitions/definition.js';

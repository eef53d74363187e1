import type { components } from '../../../client/src/server/api-types.js';

/** The schemas of openapi.json by their names. */
export type Schemas = components['schemas'];

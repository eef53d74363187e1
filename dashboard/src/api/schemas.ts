import type { components } from '../../../backend/src/api-types.js';

/** The schemas of openapi.json by their names. */
export type Schemas = components['schemas'];

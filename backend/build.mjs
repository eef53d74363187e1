import { buildLibrary } from '../scripts/build-library.mjs';

await buildLibrary(import.meta.dirname);

import { renewEpochs } from './renew-epochs.js';
import { withDatabase } from './with-database.js';

/** Run this after restoring a dump, while the service runs or before it starts. Repeating it is harmless. */
await withDatabase(renewEpochs);

import { definePermission } from '../../../access/public/define-permission.js';

/** Set how long topics keep their events. */
export const TOPICS_MANAGE = definePermission('topics:manage', []);

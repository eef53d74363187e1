import { definePermission } from '../../../access/public/define-permission.js';

export const EVENT_TYPES_READ = definePermission('event-types:read', ['member', 'viewer']);
/** Schemas are compiled to code, and decide which events can be published. */
export const EVENT_TYPES_MANAGE = definePermission('event-types:manage', []);

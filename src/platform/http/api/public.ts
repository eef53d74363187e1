import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = 'http:public';

/** Marks an operation while the OpenAPI document is built; it is removed from the finished document. */
export const OPEN_TO_ALL = 'x-open-to-all';

/** The permission that an operation requires, in the OpenAPI document. */
export const PERMISSION = 'x-permission';

/** Opens a route, or a whole controller, to callers without a token. Every other route requires one. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(OPEN_TO_ALL, true));

export const CUSTOM_AUTH = 'http:custom-auth';

/**
 * Leaves authentication and rate limiting to a guard of the route, which accepts credentials that the global guard does
 * not know.
 */
export const CustomAuth = () => SetMetadata(CUSTOM_AUTH, true);

import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = 'http:public';

/** Marks an operation in the making of the OpenAPI document; it isn't in the document itself. */
export const OPEN_TO_ALL = 'x-open-to-all';

/** Names, in the OpenAPI document, the permission that an operation takes. */
export const PERMISSION = 'x-permission';

/** Opens a route, or a whole controller, to callers without a token. Every other route requires one. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(OPEN_TO_ALL, true));

export const CUSTOM_AUTH = 'http:custom-auth';

/**
 * Leaves authentication and rate limiting to a guard of the route, which accepts credentials that the global guard does
 * not know.
 */
export const CustomAuth = () => SetMetadata(CUSTOM_AUTH, true);

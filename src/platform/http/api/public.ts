import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = 'http:public';

/** Marks an operation while the OpenAPI document is built; it is removed from the finished document. */
export const OPEN_TO_ALL = 'x-open-to-all';

/** The permission that an operation requires, in the OpenAPI document. */
export const PERMISSION = 'x-permission';

/** Opens a route or a whole controller to callers without a token. All other routes require one. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(OPEN_TO_ALL, true));

export const OWN_AUTHENTICATION = 'http:own-authentication';

/**
 * Leaves authentication and rate limiting to a guard of the route, for credentials that only the route's own module
 * understands.
 */
export const OwnAuthentication = () => SetMetadata(OWN_AUTHENTICATION, true);

import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

export const PUBLIC = 'http:public';

/** Marks an operation in the making of the OpenAPI document; it isn't in the document itself. */
export const OPEN_TO_ALL = 'x-open-to-all';

/** Opens a route, or a whole controller, to callers without a token. Every other route takes one. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiExtension(OPEN_TO_ALL, true));

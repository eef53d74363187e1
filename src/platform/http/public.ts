import { SetMetadata } from '@nestjs/common';

export const PUBLIC = 'http:public';

/** Opens a route, or a whole controller, to callers without a token. Every other route takes one. */
export const Public = () => SetMetadata(PUBLIC, true);

import { ApiHeader } from '@nestjs/swagger';

/**
 * Documents the header that names the caller's connection, which then gets no echo: see `RequestActor.socketSession`.
 */
export const NamesItsSession = (): MethodDecorator =>
  ApiHeader({
    name: 'X-Tidings-Session',
    required: false,
    description: 'the `sessionId` of your connection: it gets a `position` in place of the event that this call causes',
  });

import { ApiHeader } from '@nestjs/swagger';

/** Documents that a call may name the caller's connection, which then gets no echo: see `CallBy.socketSession`. */
export const NamesItsSession = (): MethodDecorator =>
  ApiHeader({
    name: 'X-Tidings-Session',
    required: false,
    description: 'the `sessionId` of your connection: it gets a `position` in the place of the event that this causes',
  });

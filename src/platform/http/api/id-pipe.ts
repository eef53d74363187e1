import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { requestInvalid } from './problem.js';

/** For a parameter that is an id. The result is in lower case, so that a resource does not have two names. */
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (!isUuid(value)) throw requestInvalid(`${data}: must be a UUID`);
    return value.toLowerCase();
  }
}

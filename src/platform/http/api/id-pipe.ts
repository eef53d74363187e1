import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { requestInvalid } from './problem.js';

/** For a parameter that is an id: in lower case, whatever the caller writes. Capitals would be a second name of the same thing. */
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (!isUuid(value)) throw requestInvalid(`${data}: not an id`);
    return value.toLowerCase();
  }
}

import type { PipeTransform } from '@nestjs/common';
import type { ZodType } from 'zod';
import { frameMalformed } from './realtime.errors.js';

/** Validates the payload of a frame; the error names fields and rules, never values. */
export class PayloadPipe<Payload> implements PipeTransform<unknown, Payload> {
  constructor(private readonly schema: ZodType<Payload>) {}

  /** @throws `frame.malformed` */
  transform(payload: unknown): Payload {
    const { data, error } = this.schema.safeParse(payload);
    if (error === undefined) return data;
    const [issue] = error.issues;
    throw frameMalformed(`payload ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
}

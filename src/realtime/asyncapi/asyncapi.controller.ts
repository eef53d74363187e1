import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../platform/http/api/public.js';
import { asyncApiDocument } from '../public/asyncapi-document.js';

/** Serves the description of the realtime API, as /openapi.json describes the HTTP API. Needs no sign-in. */
@Controller('asyncapi.json')
@ApiExcludeController()
@Public()
export class AsyncApiController {
  private document: object | undefined;

  @Get()
  show(): object {
    return (this.document ??= asyncApiDocument());
  }
}

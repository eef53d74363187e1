import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../platform/http/api/public.js';
import { asyncApiDocument } from './asyncapi-document.js';

/** What /openapi.json is for calls, for what is live. Open to all. */
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

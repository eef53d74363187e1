import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../../identity/public/current-user.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { sourceNotFound } from '../../sources/source.errors.js';
import { IdentifyWebhook } from './identify-webhook.js';
import {
  identifiedResponse,
  identifyRequest,
  type IdentifiedResponse,
  type IdentifyRequest,
} from './identify.schemas.js';

@ApiTags('Sources')
@Controller('v1/tools')
export class IdentifyController {
  constructor(private readonly identifying: IdentifyWebhook) {}

  @Describe(
    'Recognize the sender of a webhook',
    'Guesses the sender and its signature scheme from the headers and the body of a request. Stores and logs nothing, and fetches nothing.',
  )
  @Post('identify')
  @Answers(200, 'The likely senders, or the options of a generic source.', identifiedResponse)
  @Fails(sourceNotFound)
  identifyWebhook(
    @CurrentUser() caller: Principal,
    @Body({ schema: identifyRequest }) request: IdentifyRequest,
  ): Promise<IdentifiedResponse> {
    return this.identifying.run(caller, request);
  }
}

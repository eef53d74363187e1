import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { signatureKeyUnavailable, signaturesBusy } from '../../providers/provider.errors.js';
import { providerUnknown, sourceOptionsInvalid, sourceSecretsInvalid } from '../../sources/source.errors.js';
import { VerifyWebhook } from './verify-webhook.js';
import { verifiedResponse, verifyRequestRequest, type VerifiedResponse, type VerifyRequest } from './verify.schemas.js';

@ApiTags('Sources')
@Controller('v1/tools')
export class VerifyController {
  constructor(private readonly verifying: VerifyWebhook) {}

  @Describe(
    'Verify the signature of a webhook',
    'Says whether a source with these settings accepts the request, and which part of its signature is wrong. Stores and logs nothing, and fetches nothing.',
  )
  @Post('verify')
  @HttpCode(200)
  @Answers(200, 'The result, with an explanation if the signature is wrong.', verifiedResponse)
  @Fails(providerUnknown, sourceOptionsInvalid, sourceSecretsInvalid, signaturesBusy, signatureKeyUnavailable)
  verifySignature(@Body({ schema: verifyRequestRequest }) request: VerifyRequest): Promise<VerifiedResponse> {
    return this.verifying.run(request);
  }
}

import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { loadFixtures } from '../providers/fixtures.js';
import { Providers } from '../providers/providers.js';
import { providersResponse, showProvider, type ProviderResponse, type ProvidersResponse } from './provider.schemas.js';

@ApiTags('Sources')
@Controller('v1/providers')
export class ProvidersController {
  /** Providers are installed before the process starts. */
  private shown: Promise<ProviderResponse[]> | undefined;

  constructor(private readonly providers: Providers) {}

  @Describe(
    'List the senders that sources can have',
    'Each installed provider with its set-up steps, the JSON Schema of its options and example event types.',
  )
  @Get()
  @Answers(200, 'All providers, by name.', providersResponse)
  async list(): Promise<ProvidersResponse> {
    this.shown ??= Promise.all(
      this.providers.all.map(async (provider) => showProvider(provider, await loadFixtures(provider.name))),
    );
    return { items: await this.shown };
  }
}

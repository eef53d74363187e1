import { Injectable } from '@nestjs/common';
import { ExpoPush } from './expo-push.js';
import type { PushService } from './push-service.js';
import { WebPush } from './web-push.js';

@Injectable()
export class PushServices {
  constructor(
    private readonly web: WebPush,
    private readonly expo: ExpoPush,
  ) {}

  of({ service }: { readonly service: 'web' | 'expo' }): PushService {
    return service === 'web' ? this.web : this.expo;
  }
}

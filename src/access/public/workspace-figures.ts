import { Injectable } from '@nestjs/common';
import { bucketTimes, type FiguresWindow } from '../../platform/traffic/rollups.js';
import { TrafficStore, type CountedBucket } from '../traffic/traffic.store.js';

/** The traffic of a workspace over time, at most half a minute late. */
@Injectable()
export class WorkspaceFigures {
  constructor(private readonly store: TrafficStore) {}

  /** @returns every bucket of the window, the oldest first */
  async read(workspaceId: string, window: FiguresWindow): Promise<CountedBucket[]> {
    const found = new Map((await this.store.read(workspaceId, window)).map((bucket) => [bucket.at, bucket]));
    return bucketTimes(window).map((at) => found.get(at) ?? { at, webhooks: 0, events: 0, sent: 0 });
  }
}

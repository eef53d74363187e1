import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';
import { LocalPresence } from './local-presence.js';
import { PresenceBroadcaster } from './presence-broadcaster.js';

/** The gauges of this process's presence, read at every scrape. */
@Injectable()
export class PresenceMetrics {
  constructor(metrics: Metrics, local: LocalPresence, broadcaster: PresenceBroadcaster) {
    metrics.gauge({
      name: 'tidings_users_online',
      help: 'Users online through this process, including those in their grace period. Every process of a user counts them.',
      collect: (gauge) => gauge.set(local.usersOnline()),
    });
    metrics.gauge({
      name: 'tidings_presence_seats',
      help: 'Users in channels through this process, counted once per user and channel.',
      collect: (gauge) => gauge.set(local.entryCount),
    });
    metrics.gauge({
      name: 'tidings_presence_unwritten',
      help: 'Joins and leaves on this process that are not yet visible to other processes.',
      collect: (gauge) => gauge.set(local.unwritten),
    });
    metrics.gauge({
      name: 'tidings_presence_channels',
      help: 'Channels with presence and subscribers here: `announced`, or a `crowd` that does not announce single users.',
      labels: ['kind'],
      collect: (gauge) => {
        const { announced, largeChannels } = broadcaster.channelCounts();
        gauge.set({ kind: 'announced' }, announced);
        gauge.set({ kind: 'crowd' }, largeChannels);
      },
    });
  }
}

import { Injectable } from '@nestjs/common';
import { Metrics } from '../../platform/metrics/metrics.js';
import { LocalPresence } from './local-presence.js';
import { PresenceBroadcaster } from './presence-broadcaster.js';

/** What presence holds on this process, asked at every scrape. */
@Injectable()
export class PresenceMetrics {
  constructor(metrics: Metrics, node: LocalPresence, watch: PresenceBroadcaster) {
    metrics.gauge({
      name: 'tidings_users_online',
      help: 'Users who are online by way of this process, those in their grace included. Of one on two processes each has one.',
      collect: (gauge) => gauge.set(node.usersOnline()),
    });
    metrics.gauge({
      name: 'tidings_presence_seats',
      help: 'Users in channels by way of this process, one for each user and channel.',
      collect: (gauge) => gauge.set(node.entryCount),
    });
    metrics.gauge({
      name: 'tidings_presence_unwritten',
      help: 'Users who came or went here and of whom the other processes can not know yet.',
      collect: (gauge) => gauge.set(node.unwritten),
    });
    metrics.gauge({
      name: 'tidings_presence_channels',
      help: 'Channels with presence that clients here follow: `announced`, or a `crowd` in which nobody is announced.',
      labels: ['kind'],
      collect: (gauge) => {
        const { announced, largeChannels } = watch.channelCounts();
        gauge.set({ kind: 'announced' }, announced);
        gauge.set({ kind: 'crowd' }, largeChannels);
      },
    });
  }
}

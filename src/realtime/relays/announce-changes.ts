import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { changeChannelOf } from '../../access/public/change-channels.js';
import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { CHANGE_TOPIC } from '../../platform/audit/audit.js';
import { Bus } from '../../platform/bus/bus.js';
import { ChannelHub } from '../channels/channel-hub.js';
import { ServerFrame } from '../protocol/encode-frames.js';
import { Broadcast } from './broadcast.js';

/** The changes of this time are announced together, so that a bulk change does not make a frame for each item. */
const GATHER_MS = 100;

/** Tells the clients of a workspace which kinds of things have changed, so that they load them again. */
@Injectable()
export class AnnounceChanges implements OnModuleInit, OnApplicationShutdown {
  /** The changed kinds by the channel that they are announced on. */
  private readonly gathered = new Map<string, Set<string>>();
  private timer: NodeJS.Timeout | undefined;
  private unlisten = (): void => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly hub: ChannelHub,
    private readonly broadcast: Broadcast,
  ) {}

  onModuleInit(): void {
    this.unlisten = this.bus.listen(CHANGE_TOPIC, (message) => this.gather(message));
  }

  onApplicationShutdown(): void {
    this.unlisten();
    clearTimeout(this.timer);
  }

  private gather(message: string): void {
    const [workspaceId = '', action = ''] = message.split(' ');
    const [kind = ''] = action.split('.');
    const channel = changeChannelOf(workspaceId, kind);
    if (channel === undefined || this.hub.subscribers(channel) === 0) return;
    this.gathered.set(channel, (this.gathered.get(channel) ?? new Set()).add(kind));
    this.timer ??= setTimeout(() => this.announce(), GATHER_MS).unref();
  }

  private announce(): void {
    this.timer = undefined;
    for (const [channel, kinds] of this.gathered) {
      const payload = { workspaceId: idOfChannel(channel), kinds: [...kinds] };
      void this.broadcast.run(channel, ServerFrame.of('workspace:changed', payload), undefined);
    }
    this.gathered.clear();
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { idOfChannel } from '../../access/public/define-channel-kind.js';
import { Commands, type CommandSender } from '../../realtime/public/commands.js';
import { defineCommand } from '../../realtime/public/define-command.js';
import { PublishEvents } from './publish-events.js';
import { newEvent, publishedEvent, type PublishedEvent } from './publish.schemas.js';
import { channelUnknown } from './topic.errors.js';
import { parseTopicId } from './topic-path.js';

const publishPayload = newEvent.extend({
  workspaceId: z.uuid().optional().describe('for a channel `user:<id>`: the workspace that the user is a member of'),
  echo: z.boolean().optional().describe('whether this connection gets the event too, in place of a `position`'),
});

const publish = defineCommand({
  type: 'publish',
  summary: 'Publishes an event. This connection gets a `position` in place of the event.',
  payload: publishPayload,
  answer: { type: 'published', summary: 'The answer to `publish`, after the commit.', payload: publishedEvent },
});

/** Publishes the events that clients send over their sockets. */
@Injectable()
export class PublishCommand implements OnModuleInit {
  constructor(
    private readonly commands: Commands,
    private readonly events: PublishEvents,
  ) {}

  onModuleInit(): void {
    this.commands.handle(publish, (sender, wanted) => this.run(sender, wanted));
  }

  /** @throws the errors of `PublishEvents.run` */
  private async run(
    { principal, sessionId }: CommandSender,
    { workspaceId, echo, ...event }: z.infer<typeof publishPayload>,
  ): Promise<PublishedEvent> {
    const workspace = parseTopicId(idOfChannel(event.channel))?.workspaceId ?? workspaceId;
    if (workspace === undefined) throw channelUnknown();
    const socketSession = echo === true ? null : sessionId;
    const [place] = await this.events.run({ principal, socketSession }, workspace, [event]);
    if (place === undefined) throw new Error('A published event has no place in the log.');
    return place;
  }
}

import { Module } from '@nestjs/common';
import { Connect } from './connect.js';
import { Credentials } from './credentials.js';
import { CatchUp } from './feeds/catch-up.js';
import { Feeds } from './feeds/feeds.js';
import { FollowAccess } from './follow-access.js';
import { Gateway } from './gateway.js';
import { RenewSession } from './renew-session.js';
import { Attendant } from './sockets/attendant.js';
import { Sessions } from './sockets/sessions.js';
import { Subscribe } from './subscribe.js';
import { Tickets } from './tickets.js';
import { WorkspaceChannels } from './workspace-channels.js';

/** The gateway: sockets, and the events that they follow. */
@Module({
  providers: [
    Gateway,
    Connect,
    Credentials,
    Tickets,
    Subscribe,
    WorkspaceChannels,
    RenewSession,
    FollowAccess,
    Feeds,
    CatchUp,
    Sessions,
    Attendant,
  ],
})
export class RealtimeModule {}

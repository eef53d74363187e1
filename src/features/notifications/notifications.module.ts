import { Module, type DynamicModule } from '@nestjs/common';
import type { Role } from '../../platform/config/environment.js';
import { OutboundModule } from '../../platform/http/outbound/outbound.module.js';
import { MailModule } from '../../platform/mail/mail.module.js';
import { QueuesModule } from '../../platform/queues/queues.module.js';
import { SecretsModule } from '../../platform/secrets/secrets.module.js';
import { Inbox } from './inbox/inbox.js';
import { MakeNotifications } from './inbox/make-notifications.js';
import { NotificationsController } from './inbox/notifications.controller.js';
import { MailStore } from './mail/mail.store.js';
import { SendMails } from './mail/send-mails.js';
import './notification.declarations.js';
import { NotificationPreferencesController } from './preferences/preferences.controller.js';
import { Preferences } from './preferences/preferences.js';
import { ExpoPush } from './push/expo-push.js';
import { PushDispatcher } from './push/push-dispatcher.js';
import { PushServices } from './push/push-services.js';
import { PushSubscriptionsController } from './push/push-subscriptions.controller.js';
import { PushSubscriptions } from './push/push-subscriptions.js';
import { Pushes } from './push/pushes.js';
import { sendPushes } from './push/send-pushes.job.js';
import { SealedTargets } from './push/sealed-targets.js';
import { SealOldSubscriptions } from './push/seal-old-subscriptions.js';
import { SendPushes } from './push/send-pushes.js';
import { NotificationRetention } from './inbox/notification-retention.js';
import { SweepPushes } from './push/sweep-pushes.js';
import { WebPush } from './push/web-push.js';
import { RightsListener } from './rights-listener.js';
import './workspace-data.js';

@Module({
  imports: [OutboundModule, SecretsModule],
  controllers: [NotificationsController, NotificationPreferencesController, PushSubscriptionsController],
  providers: [Inbox, Preferences, PushSubscriptions, SealedTargets, SealOldSubscriptions],
})
class NotificationsApi {}

@Module({
  imports: [MailModule, OutboundModule, SecretsModule, QueuesModule.producing(sendPushes)],
  providers: [
    MakeNotifications,
    SealedTargets,
    SealOldSubscriptions,
    Pushes,
    PushServices,
    WebPush,
    ExpoPush,
    RightsListener,
    PushDispatcher,
    SendPushes,
    QueuesModule.worker(sendPushes, SendPushes),
    SweepPushes,
    MailStore,
    SendMails,
    NotificationRetention,
  ],
})
class NotificationsWorker {}

/** Notifications by the rules of all features: in the inbox, live, pushed to users who are offline, and by e-mail. */
@Module({})
export class NotificationsModule {
  static forRoles(roles: ReadonlySet<Role>): DynamicModule {
    const imports = [
      ...(roles.has('api') ? [NotificationsApi] : []),
      ...(roles.has('worker') ? [NotificationsWorker] : []),
    ];
    return { module: NotificationsModule, imports };
  }
}

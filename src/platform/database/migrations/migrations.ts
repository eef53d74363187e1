import { CreateLog1763700000000 } from './1763700000000-create-log.js';
import { CreateIdentity1763700000100 } from './1763700000100-create-identity.js';
import { CreateAccess1763700000200 } from './1763700000200-create-access.js';
import { CreateWebhooks1763700000300 } from './1763700000300-create-webhooks.js';
import { CreateRealtimeTickets1763700000400 } from './1763700000400-create-realtime-tickets.js';
import { CreateFence1763700000500 } from './1763700000500-create-fence.js';
import { CreateCredentials1763700000600 } from './1763700000600-create-credentials.js';
import { CreateWorkspaceRoles1763700000700 } from './1763700000700-create-workspace-roles.js';
import { CreateAudit1763700000800 } from './1763700000800-create-audit.js';
import { AddOriginOfEvents1763700000900 } from './1763700000900-add-origin-of-events.js';
import { CreateTasks1763700001000 } from './1763700001000-create-tasks.js';
import { CreateStatuses1763700001100 } from './1763700001100-create-statuses.js';
import { CreateDocuments1763700001200 } from './1763700001200-create-documents.js';
import { CreateLogConsumers1763700001300 } from './1763700001300-create-log-consumers.js';
import { CreateNotifications1763700001400 } from './1763700001400-create-notifications.js';
import { CreatePush1763700001450 } from './1763700001450-create-push.js';
import { CreateEndpoints1763700001500 } from './1763700001500-create-endpoints.js';
import { CreatePresence1763700001600 } from './1763700001600-create-presence.js';
import { SealPushSubscriptions1763700001700 } from './1763700001700-seal-push-subscriptions.js';
import { LookForMentions1763700001800 } from './1763700001800-look-for-mentions.js';
import { CreateDocumentVisits1763700001900 } from './1763700001900-create-document-visits.js';
import { FindOldTickets1763700002010 } from './1763700002010-find-old-tickets.js';
import { HoldRetention1763700002030 } from './1763700002030-hold-retention.js';
import { TakePushesOfTheReleaseBefore1763700002031 } from './1763700002031-take-pushes-of-the-release-before.js';
import { BindEndpointsToMakers1763700002105 } from './1763700002105-bind-endpoints-to-makers.js';
import { EndCredentials1763700002205 } from './1763700002205-end-credentials.js';
import { CheckSharedSecrets1763700002207 } from './1763700002207-check-shared-secrets.js';
import { CountRefusedPushes1763700002217 } from './1763700002217-count-refused-pushes.js';
import { AddHistory1763700003001 } from './1763700003001-add-history.js';
import { KnowTheHistoryOfDocuments1763700003002 } from './1763700003002-know-the-history-of-documents.js';
import { AddDedupWindows1763700003004 } from './1763700003004-add-dedup-windows.js';
import { CreatePublishKeys1763700004200 } from './1763700004200-create-publish-keys.js';
import { FindDeliveries1763700004300 } from './1763700004300-find-deliveries.js';
import { KeepDeliveryAttempts1763700004310 } from './1763700004310-keep-delivery-attempts.js';
import { ReplayByFilter1763700004320 } from './1763700004320-replay-by-filter.js';
import { RestrictPartsOfEvents1763700004400 } from './1763700004400-restrict-parts-of-events.js';
import { IncludeBodies1763700004410 } from './1763700004410-include-bodies.js';
import { GiveSourcesChannels1763700004420 } from './1763700004420-give-sources-channels.js';
import { CreateRefusedRequests1763700004501 } from './1763700004501-create-refused-requests.js';
import { AddEndpointOptions1763700004600 } from './1763700004600-add-endpoint-options.js';
import { RelayWebhooks1763700004610 } from './1763700004610-relay-webhooks.js';
import { ReplayMessages1763700004620 } from './1763700004620-replay-messages.js';
import { RecordSubscriptions1763700004700 } from './1763700004700-record-subscriptions.js';
import { CountFailuresInARow1763700004800 } from './1763700004800-count-failures-in-a-row.js';
import { WatchSources1763700004810 } from './1763700004810-watch-sources.js';
import { MailNotifications1763700004820 } from './1763700004820-mail-notifications.js';
import { CreateEventTypes1763700004900 } from './1763700004900-create-event-types.js';
import { KeepTopicsShorter1763700004910 } from './1763700004910-keep-topics-shorter.js';
import { KeepMethodsOfDeliveries1763700005000 } from './1763700005000-keep-methods-of-deliveries.js';
import { SplitBatches1763700005010 } from './1763700005010-split-batches.js';
import { NoteSourceActivity1763700005100 } from './1763700005100-note-source-activity.js';
import { MarkTestDeliveries1763700005110 } from './1763700005110-mark-test-deliveries.js';
import { AllowAddresses1763700005200 } from './1763700005200-allow-addresses.js';
import { LetPeopleIn1763700006000 } from './1763700006000-let-people-in.js';
import { DeleteWorkspaces1763700006100 } from './1763700006100-delete-workspaces.js';
import { KeepWorkspacesShorter1763700006110 } from './1763700006110-keep-workspaces-shorter.js';
import { DescribeSessions1763700006120 } from './1763700006120-describe-sessions.js';
import { CountTraffic1763700006200 } from './1763700006200-count-traffic.js';
import { SignInDevices1763700006300 } from './1763700006300-sign-in-devices.js';
import { RankTasks1763700006400 } from './1763700006400-rank-tasks.js';
import { KeepTraces1763700006500 } from './1763700006500-keep-traces.js';

/** In execution order. Never change the behaviour of a released migration. */
export const migrations = [
  CreateLog1763700000000,
  CreateIdentity1763700000100,
  CreateAccess1763700000200,
  CreateWebhooks1763700000300,
  CreateRealtimeTickets1763700000400,
  CreateFence1763700000500,
  CreateCredentials1763700000600,
  CreateWorkspaceRoles1763700000700,
  CreateAudit1763700000800,
  AddOriginOfEvents1763700000900,
  CreateTasks1763700001000,
  CreateStatuses1763700001100,
  CreateDocuments1763700001200,
  CreateLogConsumers1763700001300,
  CreateNotifications1763700001400,
  CreatePush1763700001450,
  CreateEndpoints1763700001500,
  CreatePresence1763700001600,
  SealPushSubscriptions1763700001700,
  LookForMentions1763700001800,
  CreateDocumentVisits1763700001900,
  FindOldTickets1763700002010,
  HoldRetention1763700002030,
  TakePushesOfTheReleaseBefore1763700002031,
  BindEndpointsToMakers1763700002105,
  EndCredentials1763700002205,
  CheckSharedSecrets1763700002207,
  CountRefusedPushes1763700002217,
  AddHistory1763700003001,
  KnowTheHistoryOfDocuments1763700003002,
  AddDedupWindows1763700003004,
  CreatePublishKeys1763700004200,
  FindDeliveries1763700004300,
  KeepDeliveryAttempts1763700004310,
  ReplayByFilter1763700004320,
  RestrictPartsOfEvents1763700004400,
  IncludeBodies1763700004410,
  GiveSourcesChannels1763700004420,
  CreateRefusedRequests1763700004501,
  AddEndpointOptions1763700004600,
  RelayWebhooks1763700004610,
  ReplayMessages1763700004620,
  RecordSubscriptions1763700004700,
  CountFailuresInARow1763700004800,
  WatchSources1763700004810,
  MailNotifications1763700004820,
  CreateEventTypes1763700004900,
  KeepTopicsShorter1763700004910,
  KeepMethodsOfDeliveries1763700005000,
  SplitBatches1763700005010,
  NoteSourceActivity1763700005100,
  MarkTestDeliveries1763700005110,
  AllowAddresses1763700005200,
  LetPeopleIn1763700006000,
  DeleteWorkspaces1763700006100,
  KeepWorkspacesShorter1763700006110,
  DescribeSessions1763700006120,
  CountTraffic1763700006200,
  SignInDevices1763700006300,
  RankTasks1763700006400,
  KeepTraces1763700006500,
];

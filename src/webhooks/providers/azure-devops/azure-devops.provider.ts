import { basicAuth } from '../basic-auth.js';
import { deliveryIdFrom } from '../delivery-id.js';
import { describeAs, firstLine } from '../description.js';
import { tellEvent } from '../event-sentence.js';
import { parseObject, peekObject, type Payload } from '../parse-body.js';
import { entryOf, firstTextAt, textAt } from '../payload.js';
import type { Provider } from '../provider.js';

/** https://learn.microsoft.com/azure/devops/service-hooks/services/webhooks */
export const provider: Provider = {
  name: 'azure-devops',
  secrets: 'required',
  secretFrom: 'receiver',
  // Azure DevOps signs nothing: the user name and the password of the subscription are the only proof.
  ...basicAuth,

  /** A retry repeats the number of the notification, which counts within a subscription. */
  deliveryId({ body }) {
    const payload = peekObject(body) ?? {};
    const [subscription, notification] = ['subscriptionId', 'notificationId'].map((field) => textAt(payload, field));
    return subscription && notification ? deliveryIdFrom(`${subscription}:${notification}`) : undefined;
  },

  describe(request) {
    const payload = parseObject(request.body);
    const type = textAt(payload, 'eventType');
    return describeAs({
      eventType: type,
      title:
        firstLine(firstTextAt(payload, 'message.text', 'detailedMessage.text')) || titleOf(type ?? 'event', payload),
      url: firstTextAt(
        payload,
        'resource._links.web.href',
        'resource.repository.webUrl',
        'resource.repository.remoteUrl',
      ),
      sender: firstTextAt(
        payload,
        'resource.pushedBy.displayName',
        'resource.revisedBy.displayName',
        'resource.createdBy.displayName',
        'resource.requestedFor.displayName',
      ),
    });
  },

  setup: {
    label: 'Azure DevOps',
    documentation: 'https://learn.microsoft.com/azure/devops/service-hooks/services/webhooks',
    steps: [
      'In Azure DevOps open **Project settings**, **Service hooks**, and select **Create subscription**.',
      'Choose **Web Hooks**, then the event to send and its filters.',
      'Paste `{url}` as **URL**. Enter a **Basic authentication username** and a **Basic authentication password**.',
      'Leave **Messages to send** at **All**, so that the titles are those of Azure DevOps. **Test**, then **Finish**.',
    ],
    secret: 'You choose a user name and a password; the secret of the source is `user:password`.',
  },
};

/** For a subscription that sends no messages. */
function titleOf(type: string, payload: Payload): string {
  const name = firstLine(firstTextAt(payload, 'resource.title', 'resource.buildNumber', 'resource.name'));
  return entryOf(phrases, type) ?? tellEvent(inPlainWords(type), { by: 'Azure DevOps', name });
}

const phrases: Record<string, string> = {
  'git.push': 'Commits were pushed',
  'build.complete': 'A build completed',
  'tfvc.checkin': 'A changeset was checked in',
  'workitem.commented': 'A work item was commented on',
  'ms.vss-release.deployment-approval-pending-event': 'A deployment waits for its approval',
  'ms.vss-pipelinechecks-events.approval-pending': 'A pipeline waits for its approval',
  'ms.vss-code.git-pullrequest-comment-event': 'A pull request was commented on',
};

/** `ms.vss-release.release-created-event` as `release-created`: the rest names the publisher. */
function inPlainWords(type: string): string {
  return type
    .replace(/^ms\.[\w-]+\.|^git\./, '')
    .replace(/-event$/, '')
    .replaceAll('pullrequest', 'pull request')
    .replaceAll('workitem', 'work item')
    .replaceAll('statuschanged', 'status changed')
    .replace(/^repo\b/, 'repository');
}

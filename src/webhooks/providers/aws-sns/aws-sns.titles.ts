import { firstLine, sentence } from '../description.js';
import { wordsOf } from '../event-sentence.js';
import { peekObject, type Payload } from '../parse-body.js';
import { firstTextAt, textAt } from '../payload.js';

const CONFIRMATIONS: ReadonlyMap<string | undefined, string> = new Map([
  ['SubscriptionConfirmation', 'asks to confirm its subscription'],
  ['UnsubscribeConfirmation', 'ended its subscription'],
]);

/** The service's own name of the event, if it is one of those that AWS services publish. */
export function eventTypeOf(message: Payload): string | undefined {
  const inner = innerOf(message);
  const own = firstTextAt(inner, 'Records.0.eventName', 'detail-type', 'notificationType', 'eventType');
  return own ?? (textAt(inner, 'AlarmName') ? 'CloudWatch Alarm' : textAt(message, 'Type'));
}

export function topicOf(message: Payload): string | undefined {
  return textAt(message, 'TopicArn')?.split(':').at(-1);
}

export function titleOf(message: Payload): string {
  const topic = sentence('Topic', topicOf(message));
  const confirmation = CONFIRMATIONS.get(textAt(message, 'Type'));
  if (confirmation !== undefined) return sentence(topic, confirmation);
  const inner = innerOf(message);
  const known = titleOfAlarm(inner) ?? titleOfRecord(inner) ?? titleOfMail(inner) ?? titleOfEventBridge(inner);
  if (known !== undefined) return known;
  const text = textAt(message, 'Message') ?? '';
  const about = textAt(message, 'Subject') ?? (/^\s*[[{]/.test(text) ? '' : firstLine(text));
  return about === '' ? sentence(topic, 'published a message') : `${sentence(topic, 'published')}: ${about}`;
}

/** AWS services publish JSON as the text of the message. */
function innerOf(message: Payload): Payload {
  const text = textAt(message, 'Message') ?? '';
  return (/^\s*\{/.test(text) && peekObject(Buffer.from(text))) || {};
}

function titleOfAlarm(inner: Payload): string | undefined {
  const name = textAt(inner, 'AlarmName');
  const state = textAt(inner, 'NewStateValue');
  const reason = firstLine(textAt(inner, 'NewStateReason'));
  const title = sentence('Alarm', name, state ? `changed to ${state}` : 'changed');
  return name && (reason ? `${title}: ${reason}` : title);
}

function titleOfRecord(inner: Payload): string | undefined {
  const event = textAt(inner, 'Records.0.eventName');
  const bucket = textAt(inner, 'Records.0.s3.bucket.name');
  const key = textAt(inner, 'Records.0.s3.object.key');
  const service = bucket ? 'Amazon S3' : 'AWS';
  const place = bucket && `in ${key ? `${bucket}/${key}` : bucket}`;
  return event && sentence(service, 'reported', wordsOf(event), place);
}

function titleOfMail(inner: Payload): string | undefined {
  const type = firstTextAt(inner, 'notificationType', 'eventType');
  const to = textAt(inner, 'mail.destination.0');
  return type && inner['mail'] !== undefined
    ? sentence('Amazon SES reported', wordsOf(type), to && `for ${to}`)
    : undefined;
}

function titleOfEventBridge(inner: Payload): string | undefined {
  const type = textAt(inner, 'detail-type');
  const source = textAt(inner, 'source')?.replace(/^aws\./, 'AWS ');
  return type && sentence(source ?? 'AWS', 'reported', type);
}

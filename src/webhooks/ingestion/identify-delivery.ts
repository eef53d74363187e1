import { createHash } from 'node:crypto';
import { newId } from '../../platform/ids.js';
import type { WebhookRequest } from '../providers/provider.js';
import type { LiveSource } from '../sources/live-sources.js';
import type { InboxItem } from '../deliveries/inbox-item.js';
import { storedHeaders } from './stored-headers.js';

type Identity = Pick<InboxItem, 'dedupKey' | 'repeats'>;

/** Builds the row of a verified request, with the key that identifies its repeats. */
export function inboxItem(source: LiveSource, request: WebhookRequest, isTest: boolean, trace?: string): InboxItem {
  const { provider, options, replayGuardSeconds } = source;
  const id = newId();
  const providerDeliveryId = provider.deliveryId(request, { options }) ?? null;
  const lasting = provider.lastingBody?.(request, { options });
  const { dedupKey, repeats } =
    providerDeliveryId === null
      ? identityByBody(source, lasting ?? request.body, id)
      : identityById(source, lasting, providerDeliveryId);
  // No object spread: on this hot path it costs as much as verifying the signature.
  return {
    id,
    sourceId: source.id,
    workspaceId: source.workspaceId,
    sourceVersion: source.version,
    dedupKey,
    repeats,
    providerDeliveryId,
    guardedHash: replayGuardSeconds > 0 ? sha256(lasting ?? request.body) : null,
    replayGuardSeconds,
    method: request.method === 'GET' ? 'GET' : null,
    headers: storedHeaders(request.headers, source.secretHeaders),
    body: provider.storedBody === undefined ? request.body : provider.storedBody(request.body),
    isTest,
    trace,
  };
}

function identityById({ provider }: LiveSource, lasting: Buffer | undefined, id: string): Identity {
  if (lasting !== undefined) return { dedupKey: `lasting:${sha256(lasting)}:${id}`, repeats: { by: 'key' } };
  return { dedupKey: `id:${id}`, repeats: { by: provider.signedId === true ? 'key' : 'bytes' } };
}

function identityByBody({ dedupWindowSeconds: seconds }: LiveSource, body: Buffer, id: string): Identity {
  if (seconds === 0) return { dedupKey: `always:${id}`, repeats: { by: 'key' } };
  return { dedupKey: `body:${sha256(body)}`, repeats: { by: 'time', seconds } };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

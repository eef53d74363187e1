import { z } from 'zod';
import { pageQuery } from '../../platform/http/api/page.js';
import { DISABLED_REASONS } from './disabled-reason.js';
import { endpointOptions, kind, shownOptions } from './endpoint-options.schemas.js';
import type { Endpoint } from './endpoint.entity.js';
import type { Message, MessageAttempt } from './message.entity.js';

const name = z.string().trim().min(1).max(120);
const url = z.url().max(2000).describe('a public HTTPS address');
const eventTypes = z
  .array(z.string().max(100))
  .max(100)
  .describe('names of events, e.g. `task:created`, or event types of the workspace; empty: all events');
const example = { name: 'our CRM', url: 'https://example.com/hooks/tidings', eventTypes: ['task:created'] };

export const createEndpointRequest = z
  .strictObject({ name, url, eventTypes: eventTypes.default([]), kind: kind.optional(), ...endpointOptions })
  .meta({ id: 'CreateEndpointRequest', example });

export const changeEndpointRequest = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    eventTypes: eventTypes.optional(),
    enabled: z.boolean().optional(),
    ...endpointOptions,
  })
  .meta({ id: 'ChangeEndpointRequest', example: { enabled: true } });

export const endpointResponse = z
  .object({
    id: z.uuid(),
    name: z.string(),
    url: z.string(),
    eventTypes: z.array(z.string()),
    ...shownOptions,
    enabled: z.boolean(),
    disabledReason: z
      .enum(DISABLED_REASONS)
      .nullable()
      .describe(
        'the reason why the service disabled it. `failing`: no message was accepted for three days; `gone`: it answered 410; ' +
          '`maker-deleted`, `maker-disabled`, `maker-removed`: its maker is no longer an active member of the workspace; ' +
          '`maker-lost-rights`: its maker may no longer read any of its events',
      ),
    createdBy: z
      .uuid()
      .nullable()
      .describe(
        'the maker: the user who last chose the URL or the event types, or took the endpoint over; the endpoint gets events that this user may read',
      ),
    failingSince: z.iso.datetime().nullable().describe('the first failure since the last success'),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Endpoint' });

export const secretResponse = endpointResponse
  .extend({ secret: z.string().describe('the secret that signs messages, `whsec_...`; shown only once') })
  .meta({ id: 'EndpointWithSecret' });

const status = z
  .enum(['pending', 'delivered', 'failed'])
  .describe('`pending`: waits for its next attempt; `failed`: no attempts left, can be replayed');

export const messagesQuery = pageQuery.extend({ status: status.optional() });

export const messageResponse = z
  .object({
    id: z.uuid().describe('the `webhook-id` header, the same in every attempt'),
    eventId: z.uuid(),
    eventType: z.string(),
    status,
    attempts: z.int(),
    nextAttemptAt: z.iso.datetime().nullable(),
    error: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Message' });

export const messageDetailResponse = messageResponse
  .extend({
    body: z.string(),
    log: z.array(
      z.object({
        number: z.int(),
        at: z.iso.datetime(),
        tookMs: z.int(),
        status: z.int().nullable().describe('the HTTP status; null: no response'),
        error: z.string().nullable(),
        response: z
          .object({ headers: z.record(z.string(), z.string()), body: z.string() })
          .nullable()
          .describe('the headers and the first 4 KiB of the response; null: no response'),
      }),
    ),
  })
  .meta({ id: 'MessageDetail' });

export const messageReplayedResponse = z
  .object({ replayed: z.int().describe('the number of messages that will be sent again') })
  .meta({ id: 'MessagesReplayed' });

export type CreateEndpointRequest = z.infer<typeof createEndpointRequest>;
export type ChangeEndpointRequest = z.infer<typeof changeEndpointRequest>;
export type TestSentResponse = z.infer<typeof testSentResponse>;
export type EndpointStatsResponse = z.infer<typeof endpointStatsResponse>;
export type EndpointResponse = z.infer<typeof endpointResponse>;
export type SecretResponse = z.infer<typeof secretResponse>;
export const testSentResponse = z
  .object({ messageId: z.uuid().describe('the id of the message, under which its attempts can be read') })
  .meta({ id: 'TestSent' });

export const endpointStatsResponse = z
  .object({
    attempts: z.int().describe('attempts in the last 24 hours, of the newest 10,000 messages'),
    accepted: z.int().describe('attempts with a 2xx response'),
    successRate: z.number().nullable().describe('accepted / attempts; null without attempts'),
    p50Ms: z.number().nullable(),
    p99Ms: z.number().nullable(),
  })
  .meta({ id: 'EndpointStats' });

export type MessagesQuery = z.infer<typeof messagesQuery>;
export type MessageResponse = z.infer<typeof messageResponse>;
export type MessageDetailResponse = z.infer<typeof messageDetailResponse>;

/** The fields of an endpoint in the audit trail: all but the secrets. */
export function auditedEndpoint(endpoint: Endpoint) {
  const { permissions, enabled, createdBy } = endpoint;
  return {
    name: endpoint.name,
    url: endpoint.url,
    eventTypes: endpoint.eventTypes,
    ...optionsOf(endpoint),
    permissions,
    enabled,
    createdBy,
  };
}

function optionsOf(endpoint: Endpoint) {
  const { sourceIds, headerNames, timeoutMs, rateLimit, retries, ordered, filter } = endpoint;
  const pauses = typeof retries === 'string' ? retries : [...retries];
  return {
    kind: endpoint.kind,
    sourceIds,
    headers: headerNames,
    timeoutMs,
    rateLimit,
    retries: pauses,
    ordered,
    filter,
  };
}

export function showEndpoint(endpoint: Endpoint): EndpointResponse {
  const { id, enabled, disabledReason, createdBy } = endpoint;
  return {
    id,
    name: endpoint.name,
    url: endpoint.url,
    eventTypes: endpoint.eventTypes,
    ...optionsOf(endpoint),
    enabled,
    disabledReason,
    createdBy,
    failingSince: endpoint.failingSince?.toISOString() ?? null,
    createdAt: endpoint.createdAt.toISOString(),
  };
}

export function showMessage(message: Message): MessageResponse {
  const { id, eventId, eventType, attempts, error } = message;
  return {
    id,
    eventId,
    eventType,
    status: message.status,
    attempts,
    nextAttemptAt: message.status === 'pending' ? message.dueAt.toISOString() : null,
    error,
    createdAt: message.createdAt.toISOString(),
  };
}

/** @param body what the caller may see of it */
export function showMessageDetail(
  message: Message,
  body: string,
  log: readonly MessageAttempt[],
): MessageDetailResponse {
  return {
    ...showMessage(message),
    body,
    log: log.map(({ number, at, tookMs, status: answered, error, responseHeaders, responseBody }) => ({
      number,
      at: at.toISOString(),
      tookMs,
      status: answered,
      error,
      response: responseHeaders && { headers: responseHeaders, body: responseBody ?? '' },
    })),
  };
}

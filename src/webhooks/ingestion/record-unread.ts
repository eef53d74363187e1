import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isWebhook } from '../../platform/http/api/webhook-route.js';
import { plainAddress } from '../../platform/http/server/caller-address.js';
import { RecordRefusals, type Refused, type RefusedFor } from '../refusals/record-refusals.js';
import { LiveSources, type LiveSource } from '../sources/live-sources.js';
import { NoteActivity } from '../sources/note-activity.js';

const REFUSED_FOR: Readonly<Record<number, RefusedFor>> = { 413: 'too-large', 415: 'unsupported' };
/** One limit for all keys that are not in memory, since any client can make them up. */
const LOOKUPS = 'lookups';
const MAX_INTEGER = 2_147_483_647;

/** Records webhooks that the server refuses before their body is read: too large, or in an unknown encoding. */
@Injectable()
export class RecordUnread implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly sources: LiveSources,
    private readonly recorder: RecordRefusals,
    private readonly activity: NoteActivity,
  ) {}

  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onResponse', (request, reply, done) => {
      const refusedFor = reply.statusCode < 413 ? undefined : REFUSED_FOR[reply.statusCode];
      if (refusedFor !== undefined && isWebhook(request)) this.record(request, refusedFor);
      done();
    });
  }

  private record(request: FastifyRequest, refusedFor: RefusedFor): void {
    this.recorder.count(refusedFor);
    const { sourceKey } = request.params as { sourceKey: string };
    const address = plainAddress(request.ip);
    const source = this.sources.cached(sourceKey);
    if (source !== undefined) this.activity.refused(source.id);
    if (!this.recorder.sample(source?.id ?? LOOKUPS)) return;
    const found = source === undefined ? this.sources.fresh(sourceKey) : Promise.resolve(source);
    const add = (known: LiveSource | undefined) => {
      if (known !== undefined) this.recorder.add({ source: known, refusedFor, address, ...unreadPartsOf(request) });
    };
    void found.then(add, () => undefined);
  }
}

function unreadPartsOf({ headers }: FastifyRequest): Pick<Refused, 'body' | 'bodySize' | 'headers' | 'url'> {
  // The length of a compressed body is not that of its content.
  const length = headers['content-encoding'] === undefined ? Number(headers['content-length']) : Number.NaN;
  const bodySize = Number.isSafeInteger(length) ? Math.min(length, MAX_INTEGER) : null;
  return { body: undefined, bodySize, headers: headers as Record<string, string | undefined>, url: '' };
}

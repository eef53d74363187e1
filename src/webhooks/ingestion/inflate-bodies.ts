import { Injectable } from '@nestjs/common';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { Semaphore } from '../../platform/concurrency/semaphore.js';
import { Config } from '../../platform/config/config.js';
import { bodyTooLarge } from '../../platform/http/api/problem.js';
import { sourceNotFound } from '../sources/source.errors.js';
import { LiveSources } from '../sources/live-sources.js';
import { allowsAddress, sourceFor } from './check-address.js';
import { NoteRefusals, type ReceivedWebhook } from './note-refusals.js';
import { addressNotAllowed, encodingInvalid, ingestUnavailable } from './ingestion.errors.js';

/** Each holds an inflated body that no signature vouches for, and a thread of the pool. */
const AT_ONCE = 2;
const MAX_BYTES_WAITING = 64 * 1024 * 1024;

const readGzip = promisify(gunzip);
const readZlib = promisify(inflate);

/** Inflates the bodies of compressed webhooks, outside the event loop and up to the limit of all bodies. */
@Injectable()
export class InflateBodies {
  private readonly turns = new Semaphore(AT_ONCE);
  private bytesWaiting = 0;

  constructor(
    private readonly sources: LiveSources,
    private readonly refusals: NoteRefusals,
    private readonly config: Config,
  ) {}

  /**
   * The request with its inflated body and without the headers of the encoding. Nothing is inflated for an unknown
   * source or an address that it does not allow. `deflate` is the zlib format (RFC 9110 section 8.4.1.2).
   * @throws TidingsError source.not-found, webhook.address-not-allowed, webhook.invalid-encoding, webhook.unavailable
   * while too many others wait, or request.too-large for an inflated body above the limit; inflation stops there
   */
  async run(sourceKey: string, request: ReceivedWebhook): Promise<ReceivedWebhook> {
    const { 'content-encoding': encoding = '', 'content-length': _length, ...headers } = request.headers;
    if (encoding.toLowerCase() === 'identity' || request.body.length === 0) return { ...request, headers };
    const source = await sourceFor(sourceKey, request, this.sources);
    if (source === undefined) {
      this.refusals.unknownSource();
      throw sourceNotFound();
    }
    if (!allowsAddress(source, request)) {
      this.refusals.compressed(source, request, 'address-not-allowed');
      throw addressNotAllowed();
    }
    const inflated = await this.inflate(encoding, request.body);
    if (inflated === undefined) {
      this.refusals.compressed(source, request, 'unsupported');
      throw encodingInvalid();
    }
    return { ...request, headers, body: inflated, encodedBody: request.body };
  }

  /** @returns undefined for malformed bytes */
  private async inflate(encoding: string, body: Buffer): Promise<Buffer | undefined> {
    if (this.bytesWaiting + body.length > MAX_BYTES_WAITING) throw ingestUnavailable();
    this.bytesWaiting += body.length;
    const read = encoding.toLowerCase() === 'deflate' ? readZlib : readGzip;
    try {
      return await this.turns.run(() => read(body, { maxOutputLength: this.config.webhookBodyBytes }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge();
      return undefined;
    } finally {
      this.bytesWaiting -= body.length;
    }
  }
}

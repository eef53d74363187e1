import { z } from 'zod';
import { databaseNow } from '../../platform/clock/database-clock.js';
import type { TidingsError } from '../../platform/errors.js';
import {
  reconcileHookNotFound,
  reconcileRateLimited,
  reconcileTokenRefused,
  reconcileUnavailable,
} from './reconcile.errors.js';

/** A delivery as GitHub lists it. A redelivery has an id of its own and the `guid` of the first one. */
const hookDelivery = z.object({ id: z.int(), guid: z.string(), delivered_at: z.iso.datetime({ offset: true }) });

export type HookDelivery = z.infer<typeof hookDelivery>;

export interface HookDeliveries {
  /** Newest first. */
  readonly deliveries: readonly HookDelivery[];
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined;
}

const TIMEOUT_MS = 10_000;
const PAGE_SIZE = 100;
const DEFAULT_PAUSE_SECONDS = 60;
const MAX_PAUSE_SECONDS = 3_600;

/**
 * The API of one hook (https://docs.github.com/rest/repos/webhooks, https://docs.github.com/rest/orgs/webhooks).
 * @throws the errors of `reconcile.errors`, from every method
 */
export class GithubHook {
  private readonly path: string;

  /** @param apiUrl an operator's setting: the token goes nowhere else, so that redirects are not followed */
  constructor(
    private readonly apiUrl: string,
    private readonly token: string,
    { owner, repo, hookId }: { readonly owner: string; readonly repo?: string | undefined; readonly hookId: number },
  ) {
    const place = repo === undefined ? `/orgs/${owner}` : `/repos/${owner}/${repo}`;
    this.path = `${place}/hooks/${hookId}/deliveries`;
  }

  async list(cursor: string | undefined): Promise<HookDeliveries> {
    const query = new URLSearchParams({ per_page: String(PAGE_SIZE), ...(cursor !== undefined && { cursor }) });
    const response = await this.call('GET', `${this.path}?${query.toString()}`);
    if (!response.ok) throw errorOf(response);
    const body = z.array(hookDelivery).safeParse(await response.json().catch(() => undefined));
    if (!body.success) throw reconcileUnavailable();
    return { deliveries: body.data, nextCursor: nextCursorOf(response.headers.get('link')) };
  }

  /** @returns whether GitHub sends it again; false: it no longer can */
  async redeliver(deliveryId: number): Promise<boolean> {
    const response = await this.call('POST', `${this.path}/${deliveryId}/attempts`);
    await response.body?.cancel();
    if (response.ok) return true;
    // GitHub no longer has this delivery, or cannot send it. The hook exists, because it was listed.
    if (response.status === 400 || response.status === 404 || response.status === 422) return false;
    throw errorOf(response);
  }

  private async call(method: 'GET' | 'POST', path: string): Promise<Response> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${this.token}`,
      'user-agent': 'tidings',
      'x-github-api-version': '2022-11-28',
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await fetch(this.apiUrl + path, { method, headers, signal, redirect: 'error' });
    } catch {
      // Without the cause, which can name an address of the operator's network.
      throw reconcileUnavailable();
    }
  }
}

/** Only the cursor of the address is used: the rest of it cannot lead the token elsewhere. */
function nextCursorOf(link: string | null): string | undefined {
  const [, next] = /<([^>]+)>;\s*rel="next"/.exec(link ?? '') ?? [];
  if (next === undefined || !URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get('cursor') ?? undefined;
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function errorOf({ status, headers }: Response): TidingsError {
  const isLimited =
    status === 429 || (status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0'));
  if (isLimited) return reconcileRateLimited(undefined, { retryAfterSeconds: pauseOf(headers) });
  if (status === 401 || status === 403) return reconcileTokenRefused();
  if (status === 404) return reconcileHookNotFound();
  return reconcileUnavailable(`GitHub answered ${status}.`);
}

function pauseOf(headers: Headers): number {
  const untilReset = Number(headers.get('x-ratelimit-reset') ?? NaN) - databaseNow() / 1_000;
  const seconds = headers.has('retry-after') ? Number(headers.get('retry-after')) : Math.ceil(untilReset);
  return Number.isFinite(seconds) ? Math.min(Math.max(1, seconds), MAX_PAUSE_SECONDS) : DEFAULT_PAUSE_SECONDS;
}

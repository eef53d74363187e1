import type { DeliveryDetail } from './delivery-queries.js';

/** The bytes of the body; what the sender announced when the body may not be read; undefined when neither is known. */
export function bodySize({ body, bodyEncoding, headers }: DeliveryDetail): number | undefined {
  if (body === undefined) {
    const announced = Number(headers['content-length']);
    return Number.isInteger(announced) ? announced : undefined;
  }
  if (bodyEncoding === 'base64') return (body.length / 4) * 3 - (/=*$/.exec(body)?.[0].length ?? 0);
  return new TextEncoder().encode(body).length;
}

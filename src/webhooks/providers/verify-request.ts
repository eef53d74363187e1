import type { Provider, VerificationContext, WebhookRequest } from './provider.js';

/** Verifies a request by its body and, if it was compressed, by the received bytes: some senders sign those. */
export function verifyRequest(
  provider: Provider,
  request: WebhookRequest,
  context: VerificationContext,
): boolean | Promise<boolean> {
  const { encodedBody } = request;
  if (encodedBody === undefined) return provider.verify(request, context);
  return verifyEither(provider, [request, { ...request, body: encodedBody }], context);
}

async function verifyEither(
  provider: Provider,
  forms: readonly WebhookRequest[],
  context: VerificationContext,
): Promise<boolean> {
  for (const form of forms) if (await provider.verify(form, context)) return true;
  return false;
}

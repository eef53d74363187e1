/** The calls of the API: not webhooks, probes, documents and the page. Also for an address as it was sent. */
export const isApiRoute = (address: string | undefined): boolean => address?.startsWith('/v1/') === true;

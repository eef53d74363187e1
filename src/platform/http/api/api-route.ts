/** The API's routes, as opposed to webhooks, probes, documents and the page. Also accepts the URL of a request. */
export const isApiRoute = (address: string | undefined): boolean => address?.startsWith('/v1/') === true;

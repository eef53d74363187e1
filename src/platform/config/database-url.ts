import { z } from 'zod';

const FORM = /^postgres(?:ql)?:\/\/([^/?#\s]*)(\/[^?#\s]*)?(?:\?([^#\s]*))?$/;
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * A PostgreSQL URL in the libpq syntax that managed databases use, translated for the driver: the host can be missing
 * or be a socket directory, and `sslmode` has the libpq meaning.
 */
export const databaseUrl = z.string().transform((text, context) => {
  const [matches, authority = '', path = '', query = ''] = FORM.exec(text) ?? [];
  const problem = matches === undefined ? 'postgres://user:password@host:5432/database' : problemOf(authority, query);
  if (problem !== undefined) {
    context.addIssue(problem);
    return z.NEVER;
  }
  return `postgres://${authority}${path}${questionMark(libpqQuery(query))}`;
});

function problemOf(authority: string, query: string): string | undefined {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (host.includes(',')) return 'only one host is supported: use an address that always points to the primary';
  // The WHATWG URL parser rejects credentials without a host.
  if (!URL.canParse(`postgres://${host === '' ? `${authority}socket` : authority}`)) {
    return 'user and password must be percent-encoded, and there must be a host or ?host=/directory/of/the/socket';
  }
  const parameters = new URLSearchParams(query);
  const mode = parameters.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode)) {
    return `sslmode must be one of ${SSL_MODES.join(', ')}; other modes may send the password unencrypted`;
  }
  const isRootGiven = parameters.has('sslrootcert');
  return mode === 'verify-ca' && !isRootGiven ? 'sslmode=verify-ca needs sslrootcert=/path/of/the/ca.pem' : undefined;
}

/** The driver treats `require` as `verify-full` unless told to follow libpq; `no-verify` is its own extension. */
function libpqQuery(query: string): string {
  const parameters = new URLSearchParams(query);
  const isSystemRoot = parameters.get('sslrootcert') === 'system';
  if (isSystemRoot) {
    parameters.delete('sslrootcert');
    parameters.set('sslmode', 'verify-full');
  }
  const mode = parameters.get('sslmode');
  const isOfLibpq = mode !== null && mode !== 'no-verify' && !parameters.has('uselibpqcompat');
  if (!isSystemRoot && !isOfLibpq) return query;
  if (isOfLibpq) parameters.set('uselibpqcompat', 'true');
  // libpq reads %20 as a space and + as a plus sign.
  return parameters.toString().replaceAll('+', '%20');
}

const questionMark = (query: string): string => (query === '' ? '' : `?${query}`);

import { z } from 'zod';

const FORM = /^postgres(?:ql)?:\/\/([^/?#\s]*)(\/[^?#\s]*)?(?:\?([^#\s]*))?$/;
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * An address of PostgreSQL as libpq and managed databases write it, in the words of the driver: also without a host, with
 * a directory of sockets as `host` or in its place, and with an `sslmode` that means what it means to libpq.
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
  if (host.includes(',')) return 'one host, not several: name the address that always leads to the primary';
  // The URL standard knows no credentials without a host.
  if (!URL.canParse(`postgres://${host === '' ? `${authority}socket` : authority}`)) {
    return 'user and password percent-encoded, and a host or ?host=/directory/of/the/socket';
  }
  const parameters = new URLSearchParams(query);
  const mode = parameters.get('sslmode');
  if (mode !== null && !SSL_MODES.includes(mode)) {
    return `sslmode is one of ${SSL_MODES.join(', ')}: others may send the password unencrypted`;
  }
  const isRootGiven = parameters.has('sslrootcert');
  return mode === 'verify-ca' && !isRootGiven ? 'sslmode=verify-ca needs sslrootcert=/path/of/the/ca.pem' : undefined;
}

/** The driver takes `require` for `verify-full` unless it is told to do as libpq does; it has a `no-verify` of its own. */
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
  // In a query of this kind a blank is %20 to libpq, and + is a plus.
  return parameters.toString().replaceAll('+', '%20');
}

const questionMark = (query: string): string => (query === '' ? '' : `?${query}`);

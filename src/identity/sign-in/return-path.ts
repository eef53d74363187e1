const HERE = 'http://here.invalid';
/** A backslash counts as a slash in browsers, and control characters are dropped: `/\host` and `/\t/host` lead away. */
const PATH = /^\/(?![/\\])[\x21-\x5B\x5D-\x7E]*$/;

/** @returns the path, with its query; `/` for anything else, so that no sign-in ends on another site */
export function returnPath(wanted: string | undefined): string {
  if (wanted === undefined || !PATH.test(wanted) || !URL.canParse(wanted, HERE)) return '/';
  const { origin, pathname, search } = new URL(wanted, HERE);
  return origin === HERE && !pathname.startsWith('//') ? pathname + search : '/';
}

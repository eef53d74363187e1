/**
 * Why the service switched an endpoint off: nothing got through for days, the receiver said that it is gone for good, or
 * its maker was deleted, disabled or removed from the workspace, or may read none of its events any more.
 */
export const DISABLED_REASONS = [
  'failing',
  'gone',
  'maker-deleted',
  'maker-disabled',
  'maker-removed',
  'maker-lost-rights',
] as const;

export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** Whether the endpoint went off because of its maker: someone else has to take it over. */
export const isOfMaker = (reason: DisabledReason | null): boolean => reason?.startsWith('maker-') === true;

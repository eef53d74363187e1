/**
 * The reason why the service disabled an endpoint: every message failed for days, the receiver answered 410, or the
 * maker was deleted, disabled, removed from the workspace or lost the rights to all of its events.
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

/** True if the endpoint lost its maker: another user has to take it over. */
export const isMakerReason = (reason: DisabledReason | null): boolean => reason?.startsWith('maker-') === true;

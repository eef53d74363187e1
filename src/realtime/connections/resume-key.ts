/** An entry of an event id that is no place in a channel but the key by which the stream comes back. */
const ENTRY = /(?:^|,) *~([\w-]{32})(?:,|$)/;

export const resumeKeyEntry = (key: string): string => `~${key}`;

/** @param eventId as a client shows it */
export const resumeKeyIn = (eventId: string | null | undefined): string | undefined => ENTRY.exec(eventId ?? '')?.[1];

/** The entry of an event id that holds the stream's resume key instead of a position. */
const ENTRY = /(?:^|,) *~([\w-]{32})(?:,|$)/;

export const resumeKeyEntry = (key: string): string => `~${key}`;

/** @param eventId as the client sent it */
export const resumeKeyIn = (eventId: string | null | undefined): string | undefined => ENTRY.exec(eventId ?? '')?.[1];

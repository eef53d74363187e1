import { storableText } from '../../platform/database/database.js';

/** Removes NUL characters, which PostgreSQL cannot store in text, and shortens the reason. */
export const failureText = (reason: string): string => storableText(reason, 1_000);

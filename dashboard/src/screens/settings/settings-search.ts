import { textParams } from '../../app/search-params.js';

/** The state of the screen Settings in its address. */
export interface SettingsSearch {
  /** The open event type; `+` for a new one. */
  readonly type?: string;
}

export const validateSettingsSearch = (search: Record<string, unknown>): SettingsSearch => textParams(search, ['type']);

/** The state of the screen Settings in its address. */
export interface SettingsSearch {
  /** The open event type; `+` for a new one. */
  readonly type?: string;
}

export const validateSettingsSearch = ({ type }: Record<string, unknown>): SettingsSearch =>
  typeof type === 'string' && type !== '' ? { type } : {};

const KEY = 'tidings.theme';
export type Theme = 'light' | 'dark' | 'system';

const prefersDark = matchMedia('(prefers-color-scheme: dark)');

export const chosenTheme = (): Theme => (localStorage.getItem(KEY) as Theme | null) ?? 'system';

/** Applies the chosen theme, or that of the system. */
export function applyTheme(): void {
  const theme = chosenTheme();
  document.documentElement.dataset['theme'] = theme === 'system' ? (prefersDark.matches ? 'dark' : 'light') : theme;
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, theme);
  applyTheme();
}

prefersDark.addEventListener('change', applyTheme);

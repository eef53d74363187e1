import { useState, type ReactNode } from 'react';
import { chooseTheme, chosenTheme, type Theme } from '../../app/theme.js';
import { Panel } from '../../ui/page.js';
import { words } from '../../words/words.js';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function AppearancePanel(): ReactNode {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (wanted: Theme): void => {
    chooseTheme(wanted);
    setTheme(wanted);
  };
  return (
    <Panel title={words.account.appearance}>
      <fieldset className="flex flex-wrap items-center gap-x-5 gap-y-1 p-3">
        <legend className="sr-only">{words.theme.label}</legend>
        {THEMES.map((one) => (
          <label key={one} className="flex min-h-6 items-center gap-2">
            <input
              type="radio"
              name="theme"
              checked={theme === one}
              onChange={() => choose(one)}
              className="size-4 accent-accent"
            />
            {words.theme[one]}
          </label>
        ))}
      </fieldset>
    </Panel>
  );
}

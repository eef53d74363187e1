import { useEffect, useRef } from 'react';

/** Actions by key: one key such as `j`, `?` or `Enter`, two in a row such as `g d`, or `mod+k` for Ctrl and Cmd. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const SEQUENCE_MS = 1_000;

const layers: { readonly current: Shortcuts }[] = [];
let first: { readonly key: string; readonly at: number } | undefined;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && target.type === 'checkbox');

/** Keys that a focused control uses itself. */
const belongsToControl = ({ key, target }: KeyboardEvent): boolean =>
  key === 'Enter' &&
  target instanceof HTMLElement &&
  target.closest('button, a, summary, [role="menuitem"], [role="option"]') !== null;

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const mod = event.ctrlKey || event.metaKey;
  if (!mod && (isTyping(event.target) || belongsToControl(event) || document.querySelector('[role="dialog"]') !== null))
    return;
  const key = mod ? `mod+${event.key.toLowerCase()}` : event.key;
  const sequence =
    first !== undefined && performance.now() - first.at < SEQUENCE_MS ? `${first.key} ${key}` : undefined;
  first = undefined;
  for (const { current } of layers.toReversed()) {
    const action = (sequence !== undefined && current[sequence]) || current[key];
    if (action) {
      event.preventDefault();
      action();
      return;
    }
  }
  if (key === 'g') first = { key, at: performance.now() };
}

document.addEventListener('keydown', press);

/** Keys that work while the component is shown. A later component wins over an earlier one. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const layer = useRef(shortcuts);
  useEffect(() => {
    layer.current = shortcuts;
  });
  useEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}

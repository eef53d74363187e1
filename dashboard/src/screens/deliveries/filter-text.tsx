import { useEffect, useRef, useState, type ComponentProps, type ReactNode } from 'react';
import { Input } from '../../ui/field.js';

const PAUSE_MS = 250;

/** A text of a filter: the list follows after a pause in typing, so that not every letter is searched. */
export function FilterText({
  value,
  onChange,
  ...rest
}: Omit<ComponentProps<'input'>, 'value' | 'onChange'> & {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}): ReactNode {
  const [text, setText] = useState(value ?? '');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  useEffect(() => {
    // The filter was changed elsewhere, e.g. by a saved view.
    if (value !== sent.current) {
      clearTimeout(timer.current);
      sent.current = value;
      setText(value ?? '');
    }
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string, pauseMs: number): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const trimmed = next.trim() || undefined;
      if (trimmed === sent.current) return;
      sent.current = trimmed;
      onChange(trimmed);
    }, pauseMs);
  };
  return (
    <Input
      maxLength={200}
      {...rest}
      value={text}
      onChange={({ target }) => change(target.value, PAUSE_MS)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') change(text, 0);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

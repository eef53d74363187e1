import type { ComponentProps, ReactNode } from 'react';
import { classes } from './classes.js';

const KINDS = {
  primary: 'bg-accent text-on-accent hover:opacity-90 border-transparent',
  plain: 'bg-surface text-text border-control hover:bg-hover',
  quiet: 'border-transparent text-text hover:bg-hover',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
} as const;

export type ButtonKind = keyof typeof KINDS;

/** The classes of a button, for links that look like one. */
export const buttonClass = (kind: ButtonKind = 'plain', size: 'normal' | 'small' = 'normal'): string =>
  classes(
    'inline-flex items-center justify-center gap-1.5 rounded border font-medium whitespace-nowrap select-none disabled:opacity-50',
    size === 'small' ? 'h-7 px-2 text-sm' : 'h-8 px-3 text-base',
    KINDS[kind],
  );

export interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: ButtonKind;
  readonly size?: 'normal' | 'small';
  /** A call is under way: the button is disabled and says so to screen readers. */
  readonly busy?: boolean;
}

export function Button({ kind, size, busy = false, className, disabled, ...rest }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={classes(buttonClass(kind, size), className)}
    />
  );
}

/** A button that shows an icon only. `label` is its name. */
export function IconButton({
  label,
  className,
  ...rest
}: ComponentProps<'button'> & { readonly label: string }): ReactNode {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classes(
        'inline-flex size-8 shrink-0 items-center justify-center rounded hover:bg-hover disabled:opacity-50',
        className,
      )}
    />
  );
}

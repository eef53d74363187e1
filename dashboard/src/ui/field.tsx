import { useId, type ComponentProps, type ReactNode } from 'react';
import { classes } from './classes.js';

const CONTROL = 'w-full rounded border border-control bg-surface px-2 text-base text-text aria-invalid:border-bad';

export interface FieldProps {
  readonly label: ReactNode;
  /** One sentence below the control. */
  readonly hint?: ReactNode;
  /** Why the value is refused. */
  readonly error?: string | undefined;
  /** Gets the attributes that connect a control with its label, hint and error. */
  readonly children: (control: {
    id: string;
    'aria-describedby': string | undefined;
    'aria-invalid': true | undefined;
  }) => ReactNode;
}

/** A labelled control with a hint and an error. */
export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  const describedBy = error === undefined && hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': describedBy, 'aria-invalid': error === undefined ? undefined : true })}
      {describedBy !== undefined && (
        <p id={describedBy} className={classes('text-sm', error === undefined ? 'text-muted' : 'text-bad')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

export const Input = ({ className, ...rest }: ComponentProps<'input'>): ReactNode => (
  <input {...rest} className={classes(CONTROL, 'h-8', className)} />
);

export const TextArea = ({ className, ...rest }: ComponentProps<'textarea'>): ReactNode => (
  <textarea spellCheck={false} {...rest} className={classes(CONTROL, 'py-1.5', className)} />
);

export const Select = ({ className, ...rest }: ComponentProps<'select'>): ReactNode => (
  <select {...rest} className={classes(CONTROL, 'h-8 pr-1', className)} />
);

export function Checkbox({ label, ...rest }: ComponentProps<'input'> & { readonly label: ReactNode }): ReactNode {
  return (
    <label className="flex min-h-6 items-center gap-2">
      <input type="checkbox" {...rest} className="size-4 accent-accent" />
      <span>{label}</span>
    </label>
  );
}

import { Popover } from '@base-ui/react/popover';
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';
import { classes } from '../../../ui/classes.js';
import { words } from '../../../words/words.js';
import type { Explanation } from '../rules/explain.js';
import { signOf, whyText } from '../rules/why.js';
import { choiceHandle, reasonHandle, type CellOf } from './cell-handles.js';
import { SignMark } from './sign.js';

const BOX = 'inline-flex h-7 items-center justify-center rounded';

/**
 * The answer for one permission of one member, with the reason as its name and on hover and focus. A button only where
 * the signed-in user may change it.
 */
export function MatrixCell({
  cell,
  explanation,
  isChangeable,
  tabIndex,
  wide = false,
}: {
  readonly cell: CellOf;
  readonly explanation: Explanation;
  readonly isChangeable: boolean;
  readonly tabIndex?: number;
  /** With the reason beside the sign. */
  readonly wide?: boolean;
}): ReactNode {
  const why = whyText(explanation);
  const name = words.people.why.named(cell.permission, why);
  const content = (
    <>
      <SignMark sign={signOf(explanation)} />
      <span className="sr-only">{name}</span>
      {wide && (
        <span aria-hidden="true" className="min-w-0 text-left text-sm">
          {why}
        </span>
      )}
    </>
  );
  const look = wide ? 'gap-2 px-1 max-w-full !h-auto min-h-7' : 'w-11';
  if (!isChangeable) {
    return (
      <Tooltip.Trigger
        handle={reasonHandle}
        payload={name}
        render={<span tabIndex={tabIndex} className={classes(BOX, look)} />}
      >
        {content}
      </Tooltip.Trigger>
    );
  }
  return (
    <Tooltip.Trigger
      handle={reasonHandle}
      payload={name}
      render={
        <Popover.Trigger
          handle={choiceHandle}
          payload={cell}
          tabIndex={tabIndex}
          className={classes(BOX, look, 'border border-transparent hover:border-control hover:bg-hover')}
        />
      }
    >
      {content}
    </Tooltip.Trigger>
  );
}

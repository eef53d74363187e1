import { Popover } from '@base-ui/react/popover';
import { Tooltip } from '@base-ui/react/tooltip';

/** The cell that a choice is open for. */
export interface CellOf {
  readonly userId: string;
  readonly permission: string;
}

/** One popover and one tooltip for all cells of the matrix. */
export const choiceHandle = Popover.createHandle<CellOf>();
export const reasonHandle = Tooltip.createHandle<string>();

import { Popover } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import { useMembers } from '../../../queries/members-queries.js';
import { choiceHandle } from './cell-handles.js';
import { ChoiceForm } from './choice-form.js';

/** The small choice for one cell: as the role says, grant or deny. */
export function ChoicePopover(): ReactNode {
  const members = useMembers().data;
  return (
    <Popover.Root handle={choiceHandle}>
      {({ payload }) => {
        const member = members?.find(({ userId }) => userId === payload?.userId);
        return (
          <Popover.Portal>
            <Popover.Positioner sideOffset={4} collisionPadding={8} className="z-40">
              <Popover.Popup className="w-80 max-w-[calc(100vw-1rem)] rounded border border-line bg-raised p-2 shadow-lg outline-none">
                {payload !== undefined && member !== undefined && (
                  <ChoiceForm
                    key={`${payload.userId} ${payload.permission}`}
                    member={member}
                    permission={payload.permission}
                    onDone={() => choiceHandle.close()}
                  />
                )}
              </Popover.Popup>
            </Popover.Positioner>
          </Popover.Portal>
        );
      }}
    </Popover.Root>
  );
}

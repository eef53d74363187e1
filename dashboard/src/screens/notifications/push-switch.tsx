import { useSyncExternalStore, type ReactNode } from 'react';
import { isPushSupported, push } from '../../push/push.js';
import { Button } from '../../ui/button.js';
import { ErrorNotice } from '../../ui/notice.js';
import { Panel } from '../../ui/page.js';
import { State } from '../../ui/state.js';
import { words } from '../../words/words.js';

/** Switches pushes to this browser on and off, and says why that failed. */
export function PushSwitch(): ReactNode {
  const { isOn, isBusy, problem } = useSyncExternalStore(push.watch, () => push.state);
  const text = words.notifications.push;
  return (
    <Panel
      title={text.heading}
      actions={<State name={isOn ? 'enabled' : 'disabled'} word={isOn ? text.isOn : text.isOff} />}
    >
      <div className="flex flex-col items-start gap-3 p-3">
        <p className="text-sm text-muted">{isPushSupported ? text.hint : text.unsupported}</p>
        <ErrorNotice error={problem} />
        {isPushSupported && (
          <Button busy={isBusy} onClick={() => void (isOn ? push.switchOff() : push.switchOn())}>
            {isOn ? text.off : text.on}
          </Button>
        )}
      </div>
    </Panel>
  );
}

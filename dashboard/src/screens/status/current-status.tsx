import type { ReactNode } from 'react';
import type { Schemas } from '../../api/api.js';
import { exactTime } from '../../ui/moment.js';
import { Facts, Panel } from '../../ui/page.js';
import { State, type StateName } from '../../ui/state.js';
import { words } from '../../words/words.js';
import { Countdown } from './countdown.js';

const LOOKS: Record<Schemas['Status']['status'], StateName> = {
  inactive: 'disabled',
  pending: 'pending',
  active: 'enabled',
};

export function CurrentStatus({ status }: { readonly status: Schemas['Status'] }): ReactNode {
  const { status: name, activateAt, goal } = status;
  const text = words.status;
  return (
    <Panel title={text.now} actions={<State name={LOOKS[name]} word={text.names[name]} />}>
      <div className="px-3 pt-3">
        {name === 'pending' && activateAt !== null ? <Countdown until={activateAt} /> : null}
        {name !== 'pending' && <p className="text-muted">{text.about[name]}</p>}
      </div>
      <Facts
        facts={[...(activateAt === null ? [] : [[text.activateAt, exactTime(activateAt)] as const]), [text.goal, goal]]}
      />
    </Panel>
  );
}

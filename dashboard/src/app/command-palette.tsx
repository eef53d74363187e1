import { Dialog } from '@base-ui/react/dialog';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { useState, type ReactNode } from 'react';
import { base } from '../api/base.js';
import { useMe } from '../session/me.js';
import { session } from '../session/session.js';
import { words } from '../words/words.js';
import { useDestinations } from './use-destinations.js';
import { chooseTheme } from './theme.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ITEM = 'flex h-8 cursor-default items-center rounded px-2 aria-selected:bg-accent-soft aria-selected:text-accent';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted';

/** Goes to a screen, a workspace or a delivery by its id, or runs an action. */
export function CommandPalette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const { ws } = useParams({ strict: false });
  const me = useMe().data;
  const screens = useDestinations();
  const { palette, navigation, theme, person } = words;
  const run = (action: () => unknown) => () => {
    onClose();
    setText('');
    action();
  };
  const actions: readonly (readonly [string, () => unknown])[] = [
    [`${theme.label}: ${theme.light}`, () => chooseTheme('light')],
    [`${theme.label}: ${theme.dark}`, () => chooseTheme('dark')],
    [palette.guide, () => window.open(`${base}/docs/guide/`, '_blank', 'noreferrer')],
    [person.signOut, () => session.signOut()],
  ];
  const id = text.trim();
  return (
    <Dialog.Root open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed top-24 left-1/2 z-50 w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 rounded border border-line bg-raised shadow-xl">
          <Dialog.Title className="sr-only">{palette.open}</Dialog.Title>
          <Command label={palette.open}>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder={palette.placeholder}
              className="h-11 w-full border-b border-line bg-transparent px-3 outline-none"
            />
            <Command.List className="max-h-80 overflow-y-auto p-1">
              <Command.Empty className="p-3 text-muted">{palette.nothing}</Command.Empty>
              {ws !== undefined && UUID.test(id) && (
                <Command.Item
                  className={ITEM}
                  value={id}
                  onSelect={run(() => navigate({ to: '/w/$ws/deliveries/$id', params: { ws, id } } as never))}
                >
                  {palette.delivery(id)}
                </Command.Item>
              )}
              <Command.Group heading={palette.screens} className={GROUP}>
                {screens.map((screen) => (
                  <Command.Item
                    key={screen.id}
                    className={ITEM}
                    onSelect={run(() => navigate({ to: screen.to, params: { ws } } as never))}
                  >
                    {navigation[screen.id]}
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading={palette.workspaces} className={GROUP}>
                {me?.workspaces.map((workspace) => (
                  <Command.Item
                    key={workspace.id}
                    className={ITEM}
                    value={`${workspace.name} ${workspace.id}`}
                    onSelect={run(() => navigate({ to: '/w/$ws/overview', params: { ws: workspace.id } } as never))}
                  >
                    {workspace.name}
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading={palette.actions} className={GROUP}>
                {actions.map(([label, action]) => (
                  <Command.Item key={label} className={ITEM} onSelect={run(action)}>
                    {label}
                  </Command.Item>
                ))}
              </Command.Group>
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

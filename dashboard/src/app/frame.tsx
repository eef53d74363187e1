import { Link, Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import CircleUser from 'lucide-react/icons/circle-user';
import Search from 'lucide-react/icons/search';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useMe } from '../session/me.js';
import { session } from '../session/session.js';
import { IconButton } from '../ui/button.js';
import { Menu } from '../ui/menu.js';
import { Toasts } from '../ui/toast.js';
import { words } from '../words/words.js';
import { CommandPalette } from './command-palette.js';
import { ConnectionState } from './connection-state.js';
import { NotificationBell } from './notification-bell.js';
import { ShortcutsDialog } from './shortcuts-dialog.js';
import { useShortcuts } from './shortcuts.js';
import { chooseTheme } from './theme.js';
import { useDestinations } from './use-destinations.js';
import { WorkspaceSwitch } from './workspace-switch.js';

function Rail({ ws }: { readonly ws: string }): ReactNode {
  const rail = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On a narrow screen the entry may be beyond the edge.
    rail.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname]);
  return (
    <nav
      ref={rail}
      aria-label={words.navigation.label}
      className="flex shrink-0 gap-0.5 border-line bg-surface p-2 max-lg:order-last max-lg:overflow-x-auto max-lg:border-t lg:w-44 lg:flex-col lg:overflow-y-auto lg:border-r"
    >
      {useDestinations().map(({ id, to, icon: Icon }) => (
        <Link
          key={id}
          to={to as never}
          params={{ ws } as never}
          className="flex h-8 shrink-0 items-center gap-2 rounded px-2 text-muted hover:bg-hover hover:text-text max-lg:h-12 max-lg:min-w-18 max-lg:flex-col max-lg:justify-center max-lg:gap-0.5 max-lg:text-xs"
          activeProps={{ className: 'bg-accent-soft font-medium !text-accent' }}
        >
          <Icon className="size-4 shrink-0" aria-hidden="true" />
          {words.navigation[id]}
        </Link>
      ))}
    </nav>
  );
}

function PersonMenu(): ReactNode {
  const me = useMe().data;
  const navigate = useNavigate();
  const { ws } = useParams({ strict: false });
  const { person, theme } = words;
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={person.menu}
          title={me?.user.name}
          className="inline-flex size-8 items-center justify-center rounded hover:bg-hover"
        >
          <CircleUser className="size-5" aria-hidden="true" />
        </button>
      }
      header={
        <>
          {me?.user.name}
          <br />
          {me?.user.email}
        </>
      }
      entries={[
        ...(ws === undefined
          ? []
          : [
              {
                label: person.account,
                onSelect: () => void navigate({ to: '/w/$ws/account', params: { ws } } as never),
              },
            ]),
        { label: `${theme.label}: ${theme.light}`, onSelect: () => chooseTheme('light') },
        { label: `${theme.label}: ${theme.dark}`, onSelect: () => chooseTheme('dark') },
        { label: `${theme.label}: ${theme.system}`, onSelect: () => chooseTheme('system') },
        { label: person.signOut, onSelect: () => void session.signOut() },
      ]}
    />
  );
}

/** The rail, the bar on top, and the screen. */
export function Frame(): ReactNode {
  const { ws } = useParams({ strict: false });
  const navigate = useNavigate();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const screens = useDestinations();
  useShortcuts({
    'mod+k': () => setPalette(true),
    '?': () => setHelp(true),
    ...Object.fromEntries(
      screens.map(({ key, to }) => [`g ${key}`, () => void navigate({ to, params: { ws } } as never)]),
    ),
  });
  return (
    <div className="flex h-full flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        {words.skip}
      </a>
      <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
        <Link to="/" className="flex items-center gap-2 font-semibold">
          <img src="icon.svg" alt="" className="size-5" />
          <span className="max-sm:sr-only">{words.product}</span>
        </Link>
        <WorkspaceSwitch />
        <span className="grow" />
        <ConnectionState />
        <IconButton label={words.palette.open} onClick={() => setPalette(true)}>
          <Search className="size-4" aria-hidden="true" />
        </IconButton>
        <NotificationBell />
        <PersonMenu />
      </header>
      <div className="flex min-h-0 grow max-lg:flex-col">
        {ws !== undefined && <Rail ws={ws} />}
        <main id="main" tabIndex={-1} className="min-h-0 min-w-0 grow overflow-auto outline-none">
          <Outlet />
        </main>
      </div>
      <CommandPalette open={palette} onClose={() => setPalette(false)} />
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
      <Toasts />
    </div>
  );
}

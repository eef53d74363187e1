import Activity from 'lucide-react/icons/activity';
import Bell from 'lucide-react/icons/bell';
import Cable from 'lucide-react/icons/cable';
import FileText from 'lucide-react/icons/file-text';
import Inbox from 'lucide-react/icons/inbox';
import LayoutDashboard from 'lucide-react/icons/layout-dashboard';
import ListTodo from 'lucide-react/icons/list-todo';
import Radio from 'lucide-react/icons/radio';
import Server from 'lucide-react/icons/server';
import Settings from 'lucide-react/icons/settings';
import Share2 from 'lucide-react/icons/share-2';
import Terminal from 'lucide-react/icons/terminal';
import Timer from 'lucide-react/icons/timer';
import Users from 'lucide-react/icons/users';
import Webhook from 'lucide-react/icons/webhook';
import type { LucideIcon } from 'lucide-react';
import type { words } from '../words/words.js';

export interface Destination {
  readonly id: keyof typeof words.navigation;
  /** The path of a screen of a workspace has `$ws`. */
  readonly to: string;
  readonly icon: LucideIcon;
  /** Pressed after `g`. */
  readonly key: string;
  /** The permission in the workspace that the screen takes. */
  readonly permission?: string;
  /** Shown to administrators of the installation only. */
  readonly administrator?: boolean;
}

/** All screens in the order of the rail. */
export const destinations: readonly Destination[] = [
  { id: 'overview', to: '/w/$ws/overview', icon: LayoutDashboard, key: 'o' },
  { id: 'live', to: '/w/$ws/live', icon: Activity, key: 'l' },
  { id: 'deliveries', to: '/w/$ws/deliveries', icon: Inbox, key: 'd', permission: 'webhooks:read' },
  { id: 'sources', to: '/w/$ws/sources', icon: Webhook, key: 's', permission: 'webhooks:read' },
  { id: 'endpoints', to: '/w/$ws/endpoints', icon: Share2, key: 'e', permission: 'webhooks:manage' },
  { id: 'channels', to: '/w/$ws/channels', icon: Radio, key: 'c' },
  { id: 'people', to: '/w/$ws/people', icon: Users, key: 'p', permission: 'members:read' },
  { id: 'tasks', to: '/w/$ws/tasks', icon: ListTodo, key: 't', permission: 'tasks:read' },
  { id: 'documents', to: '/w/$ws/documents', icon: FileText, key: 'f', permission: 'documents:read' },
  { id: 'status', to: '/w/$ws/status', icon: Timer, key: 'u' },
  { id: 'notifications', to: '/w/$ws/notifications', icon: Bell, key: 'n' },
  { id: 'connections', to: '/w/$ws/connections', icon: Cable, key: 'k', administrator: true },
  { id: 'system', to: '/w/$ws/system', icon: Server, key: 'y', administrator: true },
  { id: 'settings', to: '/w/$ws/settings', icon: Settings, key: ',' },
  { id: 'playground', to: '/w/$ws/playground', icon: Terminal, key: 'x' },
];

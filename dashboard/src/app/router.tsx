import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { basePath } from '../api/base.js';
import { taskSearchOf } from '../screens/tasks/task-search.js';
import { ErrorScreen, NotFoundScreen } from './fallback-screens.js';
import { Home } from './home.js';
import { Root } from './root.js';
import { WorkspaceLayout } from './workspace-layout.js';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The permission in the workspace that the screen takes. */
    permission?: string;
    /** Shown without a session. */
    isPublic?: boolean;
  }
}

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFoundScreen, errorComponent: ErrorScreen });
const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Home });
const workspaceRoute = createRoute({ getParentRoute: () => rootRoute, path: '/w/$ws', component: WorkspaceLayout });

const overview = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'overview',
  component: lazyRouteComponent(() => import('../screens/overview/overview-screen.js'), 'OverviewScreen'),
});
const live = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'live',
  component: lazyRouteComponent(() => import('../screens/live/live-screen.js'), 'LiveScreen'),
});
const deliveries = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'deliveries',
  staticData: { permission: 'webhooks:read' },
  component: lazyRouteComponent(() => import('../screens/deliveries/deliveries-screen.js'), 'DeliveriesScreen'),
});
const sources = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'sources',
  staticData: { permission: 'webhooks:read' },
  component: lazyRouteComponent(() => import('../screens/sources/sources-screen.js'), 'SourcesScreen'),
});
const endpoints = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'endpoints',
  staticData: { permission: 'webhooks:manage' },
  component: lazyRouteComponent(() => import('../screens/endpoints/endpoints-screen.js'), 'EndpointsScreen'),
});
const channels = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'channels',
  component: lazyRouteComponent(() => import('../screens/channels/channels-screen.js'), 'ChannelsScreen'),
});
const people = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'people',
  staticData: { permission: 'members:read' },
  component: lazyRouteComponent(() => import('../screens/people/people-screen.js'), 'PeopleScreen'),
});
const tasks = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'tasks',
  validateSearch: taskSearchOf,
  staticData: { permission: 'tasks:read' },
  component: lazyRouteComponent(() => import('../screens/tasks/tasks-screen.js'), 'TasksScreen'),
});
const documents = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'documents',
  staticData: { permission: 'documents:read' },
  component: lazyRouteComponent(() => import('../screens/documents/documents-screen.js'), 'DocumentsScreen'),
});
const status = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'status',
  component: lazyRouteComponent(() => import('../screens/status/status-screen.js'), 'StatusScreen'),
});
const notifications = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'notifications',
  validateSearch: ({ view }: Record<string, unknown>): { view?: 'inbox' | 'unread' | 'archived' | 'preferences' } =>
    view === 'inbox' || view === 'unread' || view === 'archived' || view === 'preferences' ? { view } : {},
  component: lazyRouteComponent(
    () => import('../screens/notifications/notifications-screen.js'),
    'NotificationsScreen',
  ),
});
const playground = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'playground',
  validateSearch: ({ example }: Record<string, unknown>): { example?: string } =>
    typeof example === 'string' ? { example } : {},
  component: lazyRouteComponent(() => import('../screens/playground/playground-screen.js'), 'PlaygroundScreen'),
});
const account = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'account',
  component: lazyRouteComponent(() => import('../screens/account/account-screen.js'), 'AccountScreen'),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  workspaceRoute.addChildren([
    overview,
    live,
    deliveries,
    sources,
    endpoints,
    channels,
    people,
    tasks,
    documents,
    status,
    notifications,
    playground,
    account,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: basePath,
  defaultPreload: 'intent',
  // Preloading fetches the code of a screen; its data is the cache's matter.
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

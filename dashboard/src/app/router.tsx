import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readDeliveriesSearch, readDeliverySearch, readRefusedSearch } from '../screens/deliveries/delivery-search.js';
import { basePath } from '../api/base.js';
import { channelSearch } from '../screens/channels/channel-search.js';
import { liveSearch } from '../screens/live/live-search.js';
import { overviewSearch } from '../screens/overview/overview-search.js';
import { endpointSearch } from '../screens/endpoints/endpoint-search.js';
import { newSourceSearch } from '../screens/sources/new-source-search.js';
import { validateDocumentSearch } from '../screens/documents/document-search.js';
import { validatePeopleSearch } from '../screens/people/people-search.js';
import { validateSettingsSearch } from '../screens/settings/settings-search.js';
import { taskSearchOf } from '../screens/tasks/task-search.js';
import { session } from '../session/session.js';
import { ErrorScreen, NotFoundScreen } from './fallback-screens.js';
import { Home } from './home.js';
import { PreferencesLink, StatusLink, TaskLink, WorkspaceLink } from './notification-link.js';
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
// Mails and pushes name these addresses; see `path` of a notification.
const workspaceLink = createRoute({
  getParentRoute: () => rootRoute,
  path: '/workspaces/$ws/$',
  component: WorkspaceLink,
});
const taskLink = createRoute({ getParentRoute: () => rootRoute, path: '/tasks/$task', component: TaskLink });
const statusLink = createRoute({ getParentRoute: () => rootRoute, path: '/status', component: StatusLink });
const preferencesLink = createRoute({
  getParentRoute: () => rootRoute,
  path: '/notification-preferences',
  component: PreferencesLink,
});
/** For a signed-in user; Root shows the sign-in itself to everybody else. */
const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: ({ problem }: Record<string, unknown>): { problem?: string } =>
    typeof problem === 'string' ? { problem } : {},
  beforeLoad: () => {
    if (session.state === 'in') throw redirect({ to: '/', replace: true });
  },
  component: Home,
});
const forgotPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  staticData: { isPublic: true },
  component: lazyRouteComponent(() => import('../screens/entry/forgot-password-screen.js'), 'ForgotPasswordScreen'),
});
const resetPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  staticData: { isPublic: true },
  component: lazyRouteComponent(() => import('../screens/entry/reset-password-screen.js'), 'ResetPasswordScreen'),
});
const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  staticData: { isPublic: true },
  component: lazyRouteComponent(() => import('../screens/entry/invitation-screen.js'), 'InvitationScreen'),
});
/** The address that a device shows, see the sign-in of devices. */
const device = createRoute({
  getParentRoute: () => rootRoute,
  path: '/device',
  validateSearch: ({ code }: Record<string, unknown>): { code?: string } =>
    typeof code === 'string' && code !== '' ? { code } : {},
  component: lazyRouteComponent(() => import('../screens/entry/device-screen.js'), 'DeviceScreen'),
});
const workspaceRoute = createRoute({ getParentRoute: () => rootRoute, path: '/w/$ws', component: WorkspaceLayout });

const overview = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'overview',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('../screens/overview/overview-screen.js'), 'OverviewScreen'),
});
const live = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'live',
  validateSearch: liveSearch,
  component: lazyRouteComponent(() => import('../screens/live/live-screen.js'), 'LiveScreen'),
});
const deliveries = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'deliveries',
  staticData: { permission: 'webhooks:read' },
  validateSearch: readDeliveriesSearch,
  component: lazyRouteComponent(() => import('../screens/deliveries/deliveries-screen.js'), 'DeliveriesScreen'),
});
const delivery = createRoute({
  getParentRoute: () => deliveries,
  path: '$id',
  staticData: { permission: 'webhooks:read' },
  validateSearch: readDeliverySearch,
  component: lazyRouteComponent(() => import('../screens/deliveries/delivery-screen.js'), 'DeliveryScreen'),
});
const refused = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'deliveries/refused',
  staticData: { permission: 'webhooks:read' },
  validateSearch: readRefusedSearch,
  component: lazyRouteComponent(() => import('../screens/deliveries/refused/refused-screen.js'), 'RefusedScreen'),
});
const refusedDetail = createRoute({
  getParentRoute: () => refused,
  path: '$id',
  staticData: { permission: 'webhooks:read' },
  component: lazyRouteComponent(() => import('../screens/deliveries/refused/refused-detail.js'), 'RefusedDetail'),
});
const refusedShort = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'refused',
  validateSearch: readRefusedSearch,
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: '/w/$ws/deliveries/refused', params, search, replace: true });
  },
});
const sources = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'sources',
  staticData: { permission: 'webhooks:read' },
  validateSearch: ({ q }: Record<string, unknown>): { q?: string } => (typeof q === 'string' ? { q } : {}),
  component: lazyRouteComponent(() => import('../screens/sources/sources-screen.js'), 'SourcesScreen'),
});
const source = createRoute({
  getParentRoute: () => sources,
  path: '$id',
  staticData: { permission: 'webhooks:read' },
  component: lazyRouteComponent(() => import('../screens/sources/source-detail-screen.js'), 'SourceDetailScreen'),
});
const newSource = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'sources/new',
  staticData: { permission: 'webhooks:manage' },
  validateSearch: newSourceSearch,
  component: lazyRouteComponent(() => import('../screens/sources/new-source-screen.js'), 'NewSourceScreen'),
});
const endpoints = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'endpoints',
  staticData: { permission: 'webhooks:manage' },
  component: lazyRouteComponent(() => import('../screens/endpoints/endpoints-screen.js'), 'EndpointsScreen'),
});
const endpoint = createRoute({
  getParentRoute: () => endpoints,
  path: '$id',
  staticData: { permission: 'webhooks:manage' },
  validateSearch: endpointSearch,
  component: lazyRouteComponent(() => import('../screens/endpoints/endpoint-detail-screen.js'), 'EndpointDetailScreen'),
});
const newEndpoint = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'endpoints/new',
  staticData: { permission: 'webhooks:manage' },
  component: lazyRouteComponent(() => import('../screens/endpoints/new-endpoint-screen.js'), 'NewEndpointScreen'),
});
const editEndpoint = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'endpoints/$id/edit',
  staticData: { permission: 'webhooks:manage' },
  component: lazyRouteComponent(() => import('../screens/endpoints/edit-endpoint-screen.js'), 'EditEndpointScreen'),
});
const channels = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'channels',
  component: lazyRouteComponent(() => import('../screens/channels/channels-screen.js'), 'ChannelsScreen'),
});
const channelsHome = createRoute({
  getParentRoute: () => channels,
  path: '/',
  component: () => null,
});
const channelLog = createRoute({
  getParentRoute: () => channels,
  path: '$',
  validateSearch: channelSearch,
  component: lazyRouteComponent(() => import('../screens/channels/channel-log.js'), 'ChannelLog'),
});
const reach = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'channels/reach/$eventId',
  staticData: { permission: 'audit:read' },
  component: lazyRouteComponent(() => import('../screens/channels/reach-screen.js'), 'ReachScreen'),
});
const people = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'people',
  staticData: { permission: 'members:read' },
  validateSearch: validatePeopleSearch,
  component: lazyRouteComponent(() => import('../screens/people/people-screen.js'), 'PeopleScreen'),
});
const settings = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'settings',
  validateSearch: validateSettingsSearch,
  component: lazyRouteComponent(() => import('../screens/settings/settings-screen.js'), 'SettingsScreen'),
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
  validateSearch: ({ q }: Record<string, unknown>): { q?: string | undefined } =>
    typeof q === 'string' && q !== '' ? { q } : {},
  component: lazyRouteComponent(() => import('../screens/documents/documents-screen.js'), 'DocumentsScreen'),
});
const document = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'documents/$id',
  staticData: { permission: 'documents:read' },
  validateSearch: validateDocumentSearch,
  component: lazyRouteComponent(() => import('../screens/documents/document-screen.js'), 'DocumentScreen'),
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

const connections = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'connections',
  component: lazyRouteComponent(() => import('../screens/connections/connections-screen.js'), 'ConnectionsScreen'),
});
const connection = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'connections/$id',
  component: lazyRouteComponent(() => import('../screens/connections/connections-screen.js'), 'ConnectionsScreen'),
});
const system = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'system',
  validateSearch: ({ settings }: { readonly settings?: unknown }): { settings?: 'all' } =>
    settings === 'all' ? { settings } : {},
  component: lazyRouteComponent(() => import('../screens/system/system-screen.js'), 'SystemScreen'),
});
const asyncapi = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'asyncapi',
  component: lazyRouteComponent(() => import('../screens/asyncapi/asyncapi-screen.js'), 'AsyncApiScreen'),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  workspaceLink,
  taskLink,
  statusLink,
  preferencesLink,
  signInRoute,
  forgotPassword,
  resetPassword,
  invitation,
  device,
  workspaceRoute.addChildren([
    overview,
    live,
    deliveries.addChildren([delivery]),
    refused.addChildren([refusedDetail]),
    refusedShort,
    sources.addChildren([source]),
    endpoints.addChildren([endpoint]),
    channels.addChildren([channelsHome, channelLog]),
    reach,
    newSource,
    newEndpoint,
    editEndpoint,
    people,
    settings,
    tasks,
    documents,
    document,
    status,
    notifications,
    connections,
    connection,
    system,
    asyncapi,
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

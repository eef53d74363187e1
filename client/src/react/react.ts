export { TidingsProvider, useTidings } from './provider.js';
export { useChannel, type ChannelOptions, type ChannelState } from './use-channel.js';
export { useConnection } from './use-connection.js';
export { useEvents } from './use-events.js';
export { usePermissions } from './use-permissions.js';
export { usePresence } from './use-presence.js';

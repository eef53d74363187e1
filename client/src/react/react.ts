'use client';

export { TidingsProvider, useTidings } from './provider.js';
export { hooksFor, type HooksFor } from './hooks-for.js';
export type { KeepOption } from './refused.js';
export type { ChannelOptions, ChannelState } from './channel-state.js';
export { useChannel } from './use-channel.js';
export { useConnection } from './use-connection.js';
export { useEvents } from './use-events.js';
export { usePermissions, type Permissions } from './use-permissions.js';
export { usePresence, type Presence } from './use-presence.js';

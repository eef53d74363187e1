import { describe, expect, it } from '@jest/globals';
import type { HooksFor } from '../../client/src/react/hooks-for.js';
import type { TidingsProvider, useTidings } from '../../client/src/react/provider.js';
import type { TidingsServer, VerifiedEvent } from '../../backend/src/server.js';
import type { sharedClient } from '../../client/src/tabs/tabs.js';
import type { TidingsClient } from '../../client/src/tidings.js';

interface MyEvents {
  'order:paid': { order: number };
  'order:closed': null;
}

/** The compiler checks these functions, which nothing calls; it reports an `@ts-expect-error` above a correct line. */
const programs = {
  publishes(client: TidingsClient<MyEvents>): void {
    void client.publish('topic:w/a', 'order:paid', { order: 1 });
    void client.publish('topic:w/a', 'order:closed', null, { id: 'x' });
    // @ts-expect-error the payload of another type
    void client.publish('topic:w/a', 'order:closed', { order: 1 });
    // @ts-expect-error not in the map
    void client.publish('topic:w/a', 'order:other', null);
  },

  subscribes(client: TidingsClient<MyEvents>, path: string): void {
    client.subscribe(`topic:w/${path}`, {
      onEvent(event) {
        const types: 'order:closed' | 'order:paid' = event.type;
        if (event.type === 'order:paid') return event.payload.order.toFixed();
        // @ts-expect-error a topic has only events of the map
        return types === 'task:created';
      },
    });
    client.subscribe('tasks:w', {
      // @ts-expect-error a channel of the service has no events of the map
      onEvent: ({ type }) => type === 'order:paid',
    });
    client.subscribe('user:u', {
      onEvent: (event) => (event.type === 'order:paid' ? event.payload.order : event.type === 'notification'),
    });
    client.join('w', {
      onEvent(event) {
        if (event.type === 'order:paid') return event.payload.order.toFixed();
        return event.type === 'task:created' ? event.payload.title.length : 0;
      },
    });
  },

  withoutMap(client: TidingsClient): void {
    void client.publish('topic:w/a', 'anything', { any: 'json' });
    client.subscribe('topic:w/a', {
      onEvent({ type, payload }) {
        // @ts-expect-error an unknown payload has no fields
        void payload.order;
        return type === 'anything';
      },
    });
    client.join('w', {
      onEvent: (event) => (event.type === 'task:created' ? event.payload.title.length : 0),
    });
  },

  sharesAndProvides(
    shared: ReturnType<typeof sharedClient<MyEvents>>,
    provider: typeof TidingsProvider,
    hook: typeof useTidings,
  ): void {
    const client: TidingsClient<MyEvents> = shared;
    void provider({ client });
    void hook<MyEvents>().publish('topic:w/a', 'order:closed', null);
  },

  hooks({ useChannel, useEvents }: HooksFor<MyEvents>): void {
    useEvents('topic:w/a', (event) => (event.type === 'order:paid' ? event.payload.order : null));
    useChannel('topic:w/a', {
      load: () => Promise.resolve({ data: 0 }),
      reduce: (sum, event) => (event.type === 'order:paid' ? sum + event.payload.order : sum),
    });
    // @ts-expect-error a topic has only events of the map
    useEvents('topic:w/a', ({ type }) => type === 'task:created');
  },

  publishesFromABackend(server: TidingsServer<MyEvents>, any: TidingsServer): void {
    void server.publish({ channel: 'c', type: 'order:paid', payload: { order: 1 } });
    // @ts-expect-error the payload of another type
    void server.publish({ channel: 'c', type: 'order:paid', payload: null });
    // @ts-expect-error one of many does not fit
    void server.publish([{ channel: 'c', type: 'order:closed', payload: 1 }]);
    void any.publish({ channel: 'c', type: 'anything', payload: [1] });
  },

  receives({ event }: VerifiedEvent<MyEvents>): string {
    if (event.type === 'order:paid') return event.payload.order.toFixed();
    return event.type === 'task:created' ? event.payload.title : event.id;
  },
};

describe('the types of the client', () => {
  it('are checked by the compiler', () => {
    expect(Object.keys(programs)).toHaveLength(7);
  });
});

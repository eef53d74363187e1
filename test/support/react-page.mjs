// A list that a test can hide, show and load step by step through `globalThis.page`.
import { Activity, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { TidingsProvider, useChannel, usePermissions, usePresence } from '../../client/src/react/react.ts';
import { TidingsClient } from '../../client/src/tidings.ts';

const loads = [];

function List({ keep }) {
  const { state, stale, data } = useChannel('c:1', {
    load: () => new Promise((resolve) => loads.push(resolve)),
    reduce(offsets, { type, offset }) {
      if (type === 'test:poison') throw new Error('the reducer does not know the type');
      return [...offsets, offset];
    },
    keep,
  });
  return createElement('p', {}, `${state} ${data?.join() ?? 'nothing'}${stale ? ' (old)' : ''}`);
}

const shown = (name, value, stale) => `${name}: ${value ?? 'unknown'}${stale === true ? ' (old)' : ''}`;

function Around({ keep }) {
  const presence = usePresence('c:2', { keep });
  const permissions = usePermissions('w', { keep });
  return createElement('ul', {}, [
    createElement('li', { key: 1 }, shown('present', presence?.count, presence?.stale)),
    createElement('li', { key: 2 }, shown('allowed', permissions?.join(), permissions?.stale)),
  ]);
}

globalThis.page = {
  loads,
  errors: [],
  start(url, { keep = false, around = false } = {}) {
    const onError = (error) => this.errors.push(`${error.code}: ${error.message}`);
    const reconnect = { minDelayMs: 20, maxDelayMs: 100 };
    this.client = new TidingsClient({ url, getToken: () => 'a-token', onError, reconnect });
    const root = createRoot(document.body);
    this.show = (mode) =>
      root.render(
        createElement(
          TidingsProvider,
          { client: this.client },
          createElement(Activity, { mode }, createElement(List, { keep })),
          around && createElement(Around, { keep }),
        ),
      );
    this.show('visible');
  },
};

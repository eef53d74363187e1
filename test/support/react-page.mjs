// A list in a page, which can be hidden and shown, and whose loading goes on when a test says so: on `globalThis.page`.
import { Activity, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { TidingsProvider, useChannel } from '../../client/src/react/react.ts';
import { TidingsClient } from '../../client/src/tidings.ts';

const loads = [];

function List() {
  const { state, data } = useChannel('c:1', {
    load: () => new Promise((resolve) => loads.push(resolve)),
    reduce: (offsets, { offset }) => [...offsets, offset],
  });
  return createElement('p', {}, `${state} ${data?.join() ?? 'nothing'}`);
}

globalThis.page = {
  loads,
  start(url) {
    const client = new TidingsClient({ url, getToken: () => 'a-token' });
    const root = createRoot(document.body);
    this.show = (mode) =>
      root.render(createElement(TidingsProvider, { client }, createElement(Activity, { mode }, createElement(List))));
    this.show('visible');
  },
};

const MAX_WEBHOOKS = 500;
const MAX_FRAMES = 50;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

/** A bounded list with the newest item on top. Its content comes from strangers: it becomes text, never markup. */
class NewestFirst {
  constructor(list, max) {
    this.list = list;
    this.max = max;
  }

  clear() {
    this.list.replaceChildren();
  }

  addAll(items) {
    const fresh = items.slice(-this.max).toReversed();
    this.list.prepend(...fresh);
    while (this.list.children.length > this.max) this.list.lastElementChild.remove();
  }
}

export class WebhookList extends NewestFirst {
  constructor(list) {
    super(list, MAX_WEBHOOKS);
  }

  show(events) {
    this.addAll(events.map(webhookLine));
  }
}

export class FrameList extends NewestFirst {
  constructor(list) {
    super(list, MAX_FRAMES);
  }

  show(text, direction) {
    this.addAll([element('li', { className: direction, textContent: text })]);
  }
}

function webhookLine({ ts, offset, payload }) {
  const { provider, title, url, eventType } = payload;
  const at = new Date(ts);
  const line = element('li', { title: `offset ${offset}, ${fullTime.format(at)}` });
  const words = [element('span', { className: 'provider', textContent: provider }), ' ', eventType];
  line.dataset.offset = offset;
  line.append(
    element('time', { dateTime: at.toISOString(), textContent: clock.format(at) }),
    element('span', { className: 'title' }, isWebUrl(url) ? externalLink(url, title) : title),
    element('span', { className: 'kind' }, ...words),
  );
  return line;
}

/** Excludes `javascript:` and similar URLs. */
function isWebUrl(url) {
  return url !== null && URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

const externalLink = (href, textContent) =>
  element('a', { href, textContent, target: '_blank', rel: 'noreferrer noopener' });

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { createHmac } from 'node:crypto';

const BODY_BYTES = 5_000;
const SMALL_BYTES = 300;

const star = examples.find(({ name }) => name === 'star').examples[0];

/** A real "star created" event of GitHub, cut to 5 KB. */
function body(index) {
  const payload = structuredClone(star);
  payload.repository.full_name = `octo-org/repository-${index}`;
  const links = Object.keys(payload.repository).filter((name) => name.endsWith('_url') && name !== 'html_url');
  while (Buffer.byteLength(JSON.stringify(payload)) > BODY_BYTES) delete payload.repository[links.pop()];
  return Buffer.from(JSON.stringify(payload));
}

/** 300 bytes of JSON, as a webhook or as the payload of an event. */
function smallBody(index) {
  const empty = { action: 'created', sender: { login: '' }, repository: { full_name: `octo-org/repository-${index}` } };
  const text = 'x'.repeat(SMALL_BYTES - JSON.stringify(empty).length);
  return JSON.stringify({ ...empty, sender: { login: text } });
}

const ID_HEADER = 'X-GitHub-Delivery: ';
let sent = 0;

/**
 * A signed request in one buffer. GitHub signs only the body, so each send replaces the delivery id in the head without
 * computing a signature in the measured time.
 */
export class SignedRequest {
  #bytes;
  #idAt;

  constructor({ path, secret, small = false, index }) {
    const content = small ? Buffer.from(smallBody(index)) : body(index);
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      'User-Agent: GitHub-Hookshot/bench',
      'Accept: */*',
      'Content-Type: application/json',
      `Content-Length: ${content.length}`,
      'X-GitHub-Event: star',
      'X-GitHub-Hook-ID: 292430182',
      `${ID_HEADER}00000000-0000-4000-8000-000000000000`,
      `X-Hub-Signature-256: sha256=${createHmac('sha256', secret).update(content).digest('hex')}`,
    ].join('\r\n');
    this.#idAt = head.indexOf(ID_HEADER) + ID_HEADER.length;
    this.#bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`), content]);
  }

  /** Returns the same buffer each time: send it only after the previous answer. */
  next() {
    this.#bytes.latin1Write((++sent).toString(16).padStart(8, '0'), this.#idAt);
    return this.#bytes;
  }
}

/** Publishes the same small event again and again, without an id: each request makes another event. */
export class PublishRequest {
  #bytes;

  constructor({ path, token, channel, index }) {
    const content = `{"channel":"${channel}","type":"order:placed","payload":${smallBody(index)}}`;
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${content.length}`,
    ].join('\r\n');
    this.#bytes = Buffer.from(`${head}\r\n\r\n${content}`);
  }

  next() {
    return this.#bytes;
  }
}

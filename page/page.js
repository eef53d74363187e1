import { latestEvents, openSource, whoAmI } from './api.js';
import { Connection } from './connection.js';
import { FrameList, WebhookList } from './lists.js';
import { Login } from './login.js';
import { PushCard } from './push-card.js';

const STATES = {
  off: 'Not connected',
  connecting: 'Connecting',
  live: 'Live',
  waiting: 'Reconnecting',
  'signed-out': 'Signed out',
  stopped: 'Stopped',
};

const RETRY_MS = 2_000;

const $ = (id) => document.getElementById(id);
const webhooks = new WebhookList($('webhooks'));
const frames = new FrameList($('frames'));
const login = new Login();
const push = new PushCard($('push'), login);
let connection;
let state = { name: 'signed-out' };

function showState(next) {
  state = next;
  $('state').dataset.state = state.name;
  $('state-text').textContent = state.why ?? STATES[state.name];
  $('toggle').textContent = connection?.isOn ? 'Disconnect' : 'Connect';
  $('send').disabled = state.name !== 'live';
  countDown();
  if (state.name === 'signed-out') signedOut(state.why);
}

const showFrame = (text, direction) => frames.show(text, direction);

function countDown() {
  const seconds = Math.ceil((state.until - Date.now()) / 1000);
  $('countdown').textContent = seconds > 0 ? `in ${seconds} s` : '';
}

function show(isSignedIn) {
  for (const id of ['toggle', 'sign-out', 'desk']) $(id).hidden = !isSignedIn;
  $('sign-in').hidden = isSignedIn;
}

function signedOut(why = '') {
  login.forget();
  void push.forget();
  show(false);
  $('sign-in-problem').textContent = why;
}

async function signedIn() {
  const { workspaces } = await whoAmI(await login.token());
  const readable = workspaces.filter(({ permissions }) => permissions.includes('webhooks:read'));
  $('workspace').replaceChildren(...readable.map(({ id, name }) => new Option(name, id)));
  $('workspace-label').hidden = readable.length < 2;
  show(true);
  void push.resume();
  if (readable.length === 0)
    return showState({ name: 'stopped', why: 'You do not have access to the webhooks of any workspace.' });
  return follow(readable[0].id);
}

/** Retries while the server is unavailable: only a rejection ends the session. */
async function resumeSession() {
  try {
    await signedIn();
  } catch (error) {
    if (error.endsSession) signedOut(error.message);
    else retryLater();
  }
}

function retryLater() {
  const delay = RETRY_MS * (0.5 + Math.random());
  setTimeout(() => void resumeSession(), delay);
  showState({ name: 'waiting', until: Date.now() + delay });
}

async function follow(workspaceId) {
  connection?.disconnect();
  const channel = `webhooks:${workspaceId}`;
  webhooks.clear();
  $('empty').hidden = true;
  const load = async () => {
    const { items, position } = await latestEvents(await login.token(), workspaceId, channel);
    // The user may have chosen another workspace meanwhile.
    if (connection !== own) return position;
    webhooks.clear();
    webhooks.show(items);
    $('empty').hidden = items.length > 0;
    return position;
  };
  const onEvent = (event) => {
    webhooks.show([event]);
    $('empty').hidden = true;
  };
  const own = new Connection({ login, channel, load, onEvent, onFrame: showFrame, onState: showState });
  connection = own;
  own.connect();
  showSource(undefined);
  // The user may lack the permission to list sources.
  const source = await login
    .token()
    .then((token) => openSource(token, workspaceId))
    .catch(() => undefined);
  if (connection === own) showSource(source);
}

function showSource(source) {
  $('try').hidden = source === undefined;
  if (source === undefined) return;
  $('source-name').textContent = source.name;
  $('curl').textContent = `curl -d "this is for WebSocketyness" ${source.url}`;
}

async function trySignIn({ email, password }) {
  $('sign-in-problem').textContent = '';
  try {
    await login.signIn(email.value, password.value);
    password.value = '';
    await signedIn();
  } catch (error) {
    signedOut(error.message);
  }
}

$('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  void trySignIn(event.target.elements);
});
$('sign-out').addEventListener('click', () => {
  connection?.disconnect();
  connection = undefined;
  // If the server is unreachable, the session expires by itself.
  login.signOut().catch(() => undefined);
  showState({ name: 'signed-out' });
  webhooks.clear();
  frames.clear();
});
$('toggle').addEventListener('click', () => (connection?.isOn ? connection.disconnect() : connection?.connect()));
$('workspace').addEventListener('change', (event) => void follow(event.target.value));
$('raw').addEventListener('submit', (event) => {
  event.preventDefault();
  connection?.sendText($('frame').value);
});
// Browsers provide the clipboard in secure contexts only: https or localhost.
$('copy').hidden = navigator.clipboard === undefined;
$('copy').addEventListener('click', () => void navigator.clipboard.writeText($('curl').textContent));
window.addEventListener('online', () => connection?.wake());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && connection?.wake());
setInterval(countDown, 1000);

if (login.isLikely) void resumeSession();
else show(false);

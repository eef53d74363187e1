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

const COME_BACK_MS = 2_000;

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
  if (readable.length === 0) return showState({ name: 'stopped', why: 'You may read the webhooks of no workspace.' });
  return follow(readable[0].id);
}

/** Whoever can't be asked now is asked again: only a refusal ends a session. */
async function comeBack() {
  try {
    await signedIn();
  } catch (error) {
    if (error.endsSession) signedOut(error.message);
    else comeBackLater();
  }
}

function comeBackLater() {
  const wait = COME_BACK_MS * (0.5 + Math.random());
  setTimeout(() => void comeBack(), wait);
  showState({ name: 'waiting', until: Date.now() + wait });
}

async function follow(workspaceId) {
  connection?.disconnect();
  const channel = `webhooks:${workspaceId}`;
  webhooks.clear();
  $('empty').hidden = true;
  const load = async () => {
    const { items, position } = await latestEvents(await login.token(), workspaceId, channel);
    // Another workspace may have been chosen meanwhile.
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
  // Not everybody may look.
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
  // What can't be reached now can't be told; the session then ends by itself.
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
// Browsers give the clipboard to secure pages only: https, or this machine.
$('copy').hidden = navigator.clipboard === undefined;
$('copy').addEventListener('click', () => void navigator.clipboard.writeText($('curl').textContent));
window.addEventListener('online', () => connection?.wake());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && connection?.wake());
setInterval(countDown, 1000);

if (login.isLikely) void comeBack();
else show(false);

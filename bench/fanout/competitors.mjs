import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Child, freePort } from '../child.mjs';
import { BEFORE } from '../competitors.mjs';
import { PAYLOAD_BYTES } from './message.mjs';
import { startTidings } from './tidings.mjs';

const here = import.meta.dirname;
const NODE_FLAGS = ['--expose-gc', '--import', join(here, 'servers/report-usage.mjs')];
const isInstalled = (command, flag) => spawnSync(command, [flag]).status === 0;

/** Starts a Node server with the flags that all Node servers share. */
export function startNode(program, env) {
  const flags = process.env.BENCH_SERVER_FLAGS?.split(' ') ?? [];
  return Child.worker(program, [], {
    execArgv: [...NODE_FLAGS, ...flags],
    env: { PATH: process.env.PATH, ...env },
  });
}

/** Publishes over one connection, in order, without waiting for answers. */
async function publisherOver(port, wrap) {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  socket.resume();
  return {
    publish: (payload) => socket.write(wrap(payload)),
    close: async () => void socket.resetAndDestroy(),
  };
}

async function accepts(port) {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.destroy();
  return true;
}

/** Empty credentials, for servers that don't authenticate. */
const anonymous = (count) => Array.from({ length: count }, () => '');

function nodeCompetitor(name, label, protocol, program) {
  return {
    name,
    label,
    installed: () => true,
    async start({ subscribers }) {
      const [port, publishPort] = [await freePort(), await freePort()];
      const child = startNode(join(here, program), { PORT: String(port), PUBLISH_PORT: String(publishPort) });
      await child.ready(async () => (await accepts(port)) && accepts(publishPort));
      return {
        port,
        pid: child.pid,
        command: (command) => child.request({ command }),
        target: { protocol },
        credentials: anonymous(subscribers),
        publisher: () => publisherOver(publishPort, (payload) => `${payload}\n`),
        stop: () => child.stop(),
      };
    },
  };
}

const nchan = {
  name: 'nchan',
  label: 'nchan in nginx',
  installed: () => isInstalled('nginx', '-v') && spawnSync('test', ['-e', NCHAN_MODULE]).status === 0,
  async start({ dataDir, subscribers }) {
    const port = await freePort();
    const settings = join(dataDir, 'nginx.conf');
    writeFileSync(settings, nchanSettings(port, dataDir));
    const child = Child.program('nginx', ['-p', dataDir, '-e', join(dataDir, 'error.log'), '-c', settings]);
    await child.ready(() => accepts(port));
    const head = `POST /publish HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${PAYLOAD_BYTES}\r\n\r\n`;
    return {
      port,
      pid: child.pid,
      target: { protocol: 'websocket' },
      credentials: anonymous(subscribers),
      publisher: () => publisherOver(port, (payload) => head + payload),
      stop: () => child.stop(),
    };
  },
};

const NCHAN_MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** One process on one core, like the other servers. */
function nchanSettings(port, directory) {
  return `
    load_module ${NCHAN_MODULE};
    user root;
    daemon off;
    master_process off;
    worker_rlimit_nofile 20000;
    pid ${directory}/nginx.pid;
    events { worker_connections 19000; multi_accept on; }
    http {
      access_log off;
      client_body_temp_path ${directory};
      proxy_temp_path ${directory};
      fastcgi_temp_path ${directory};
      uwsgi_temp_path ${directory};
      scgi_temp_path ${directory};
      keepalive_requests 1000000;
      server {
        listen 127.0.0.1:${port};
        location = /publish { nchan_publisher; nchan_channel_id fanout; }
        location = /subscribe {
          nchan_subscriber websocket; nchan_channel_id fanout; nchan_subscriber_first_message newest;
        }
      }
    }`;
}

const natsServer = {
  name: 'nats',
  label: 'nats-server',
  installed: () => isInstalled('nats-server', '--version'),
  async start({ subscribers }) {
    const port = await freePort();
    const child = Child.program('nats-server', ['-a', '127.0.0.1', '-p', String(port)], {
      env: { PATH: process.env.PATH, GOMAXPROCS: '1' },
    });
    await child.ready(() => accepts(port));
    return {
      port,
      pid: child.pid,
      target: { protocol: 'nats' },
      credentials: anonymous(subscribers),
      publisher: async () => {
        const wrap = (payload) => `PUB fanout ${payload.length}\r\n${payload}\r\n`;
        return publisherOver(port, wrap);
      },
      stop: () => child.stop(),
    };
  },
};

const tidings = (name, label, program) => ({
  name,
  label,
  program,
  needsDatabase: true,
  installed: () => true,
  start: (environment) => startTidings(environment, startNode, program),
});

export const competitors = [
  tidings('tidings', 'Tidings'),
  ...(BEFORE ? [tidings('before', 'Tidings before', BEFORE)] : []),
  nodeCompetitor('ws', 'bare ws, one frame for all, yielding', 'websocket', 'servers/ws.mjs'),
  nodeCompetitor('socketio', 'Socket.IO 4, a room', 'socket.io', 'servers/socketio.mjs'),
  nchan,
  natsServer,
];

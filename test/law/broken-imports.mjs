/** For each rule of .dependency-cruiser.mjs, a small file tree that breaks exactly this rule. */

const imports = (...paths) => `${paths.map((path) => `import '${path}';`).join('\n')}\nexport const something = 1;\n`;

const noImports = imports();

/** A module that imports the module of a later layer. */
const importingLater = (room, later) => ({
  'src/main.ts': imports(`./${room}/early.module.js`, `./${later}/late.module.js`),
  [`src/${room}/early.module.ts`]: imports(`${'../'.repeat(room.split('/').length)}${later}/late.module.js`),
  [`src/${later}/late.module.ts`]: noImports,
});

/** A file that imports packages that are forbidden there. */
const importing = (path, ...packages) => ({
  'src/main.ts': imports(`./${path}.js`),
  [`src/${path}.ts`]: imports(...packages),
});

/** A folder of realtime that imports a file of a later one. */
const importingLaterInRealtime = (folder, later) => ({
  'src/main.ts': imports('./realtime/realtime.module.js'),
  'src/realtime/realtime.module.ts': imports(`./${folder}/early.js`, `./${later}/late.js`),
  [`src/realtime/${folder}/early.ts`]: imports(`../${later}/late.js`),
  [`src/realtime/${later}/late.ts`]: noImports,
});

export const brokenImports = {
  'dashboard-stands-on-the-contract': {
    'src/main.ts': noImports,
    'dashboard/src/main.ts': imports('../../src/main.js'),
  },
  'cli-stands-on-the-contract': {
    'src/main.ts': noImports,
    'cli/src/tidings.ts': imports('../../src/main.js'),
  },
  'screens-stand-alone': {
    'dashboard/src/screens/tasks/tasks-screen.ts': imports('../people/people-screen.js'),
    'dashboard/src/screens/people/people-screen.ts': noImports,
  },
  'screens-load-when-opened': {
    'dashboard/src/app/frame.ts': imports('../screens/people/people-screen.js'),
    'dashboard/src/screens/people/people-screen.ts': noImports,
  },
  'realtime-order-metrics': importingLaterInRealtime('metrics', 'protocol'),
  'realtime-order-protocol': importingLaterInRealtime('protocol', 'channels'),
  'realtime-order-channels': importingLaterInRealtime('channels', 'connections'),
  'realtime-order-connections': importingLaterInRealtime('connections', 'public'),
  'realtime-order-public': importingLaterInRealtime('public', 'relays'),
  'realtime-order-asyncapi': importingLaterInRealtime('asyncapi', 'relays'),
  'realtime-order-inspection': importingLaterInRealtime('inspection', 'relays'),
  'realtime-order-reach': importingLaterInRealtime('reach', 'relays'),
  'realtime-order-relays': importingLaterInRealtime('relays', 'presence'),
  'realtime-order-presence': importingLaterInRealtime('presence', 'commands'),
  'realtime-order-commands': importingLaterInRealtime('commands', 'websocket'),
  'realtime-order-sse': importingLaterInRealtime('sse', 'websocket'),
  'realtime-order-websocket': importingLaterInRealtime('websocket', 'sse'),
  'order-platform': importingLater('platform', 'identity'),
  'order-identity': importingLater('identity', 'access'),
  'order-access': importingLater('access', 'webhooks'),
  'order-webhooks': importingLater('webhooks', 'realtime'),
  'order-realtime': importingLater('realtime', 'features/tasks'),
  'order-features': {
    'src/main.ts': imports('./features/tasks/tasks.module.js', './app.module.js'),
    'src/app.module.ts': noImports,
    'src/features/tasks/tasks.module.ts': imports('../../app.module.js'),
  },
  'public-only': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('../identity/user.entity.js'),
    'src/identity/user.entity.ts': noImports,
  },
  'app-wires-only': {
    'src/main.ts': imports('./identity/user.entity.js'),
    'src/identity/user.entity.ts': noImports,
  },
  'features-stand-alone': importingLater('features/tasks', 'features/status'),
  'providers-stand-alone': {
    'src/webhooks/providers/github/github.provider.ts': imports('../gitlab/gitlab.provider.js'),
    'src/webhooks/providers/gitlab/gitlab.provider.ts': noImports,
  },
  'providers-are-found': {
    'src/main.ts': imports('./webhooks/webhooks.module.js'),
    'src/webhooks/webhooks.module.ts': imports('./providers/github/github.provider.js'),
    'src/webhooks/providers/github/github.provider.ts': noImports,
  },
  'public-is-light': {
    'src/main.ts': imports('./access/public/members.js'),
    'src/access/public/members.ts': imports('../members.controller.js'),
    'src/access/members.controller.ts': noImports,
  },
  'migrations-import-nothing': {
    'src/main.ts': imports('./platform/database/migrations/1-create-log.js'),
    'src/platform/database/migrations/1-create-log.ts': imports('../tables.js'),
    'src/platform/database/tables.ts': noImports,
  },
  'no-cycles': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./hen.js'),
    'src/access/hen.ts': imports('./egg.js'),
    'src/access/egg.ts': imports('./hen.js'),
  },
  'no-barrels': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members/index.js'),
    'src/access/members/index.ts': noImports,
  },
  'no-generic-names': importing('platform/utils/strings'),
  'no-unresolvable': importing('platform/clock', './no-such-file.js'),
  'no-orphans': { 'src/main.ts': noImports, 'src/platform/clock.ts': imports('node:timers') },
  'no-specs-in-simulations': {
    'src/main.ts': imports('./webhooks/webhooks.module.js'),
    'src/webhooks/webhooks.module.ts': imports('./tools/tool.js'),
    'src/webhooks/tools/tool.ts': imports('./tool.spec.js'),
    'src/webhooks/tools/tool.spec.ts': noImports,
  },
  'no-tests-in-production': {
    'src/main.ts': imports('./platform/clock.js'),
    'src/platform/clock.ts': imports('../../test/support/clock.js'),
    'test/support/clock.ts': noImports,
  },
  'no-dev-dependencies-in-production': importing('platform/clock', 'jest'),
  'no-undeclared-dependencies': importing('platform/clock', 'express'),
  'client-stands-alone': {
    'src/main.ts': noImports,
    'client/src/tidings.ts': imports('../../src/main.js'),
  },
  'backend-stands-on-the-client': {
    'src/main.ts': noImports,
    'backend/src/server.ts': imports('../../src/main.js'),
  },
  'client-is-a-package': {
    'src/main.ts': imports('../client/src/tidings.js'),
    'client/src/tidings.ts': noImports,
  },
  'bullmq-only-in-queues': importing('webhooks/webhooks.module', 'bullmq'),
  'opentelemetry-only-where-it-is-on': importing('platform/tracing/tracing', '@opentelemetry/api'),
  'ws-only-in-realtime': importing('access/access.module', 'ws'),
  'pg-only-in-platform': importing('access/access.module', 'pg'),
  'no-typeorm-in-endpoints': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members.controller.js'),
    'src/access/members.controller.ts': imports('typeorm'),
  },
  'no-database-in-controllers': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members.controller.js'),
    'src/access/members.controller.ts': imports('../platform/database/database.js'),
    'src/platform/database/database.ts': noImports,
  },
};

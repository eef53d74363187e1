/** For each rule of .dependency-cruiser.mjs, a small tree of files that breaks only this rule. */

const imports = (...paths) => `${paths.map((path) => `import '${path}';`).join('\n')}\nexport const something = 1;\n`;

const noImports = imports();

/** A room that imports the module of a later room. */
const importingLaterRoom = (room, later) => ({
  'src/main.ts': imports(`./${room}/early.module.js`, `./${later}/late.module.js`),
  [`src/${room}/early.module.ts`]: imports(`${'../'.repeat(room.split('/').length)}${later}/late.module.js`),
  [`src/${later}/late.module.ts`]: noImports,
});

/** A file that imports packages which it must not import. */
const importingPackages = (path, ...packages) => ({
  'src/main.ts': imports(`./${path}.js`),
  [`src/${path}.ts`]: imports(...packages),
});

/** A folder of realtime that imports a file of a later folder. */
const importingLaterFolder = (folder, later) => ({
  'src/main.ts': imports('./realtime/realtime.module.js'),
  'src/realtime/realtime.module.ts': imports(`./${folder}/early.js`, `./${later}/late.js`),
  [`src/realtime/${folder}/early.ts`]: imports(`../${later}/late.js`),
  [`src/realtime/${later}/late.ts`]: noImports,
});

export const brokenImports = {
  'realtime-order-metrics': importingLaterFolder('metrics', 'protocol'),
  'realtime-order-protocol': importingLaterFolder('protocol', 'channels'),
  'realtime-order-channels': importingLaterFolder('channels', 'connections'),
  'realtime-order-connections': importingLaterFolder('connections', 'public'),
  'realtime-order-public': importingLaterFolder('public', 'relays'),
  'realtime-order-asyncapi': importingLaterFolder('asyncapi', 'relays'),
  'realtime-order-relays': importingLaterFolder('relays', 'presence'),
  'realtime-order-presence': importingLaterFolder('presence', 'commands'),
  'realtime-order-commands': importingLaterFolder('commands', 'websocket'),
  'realtime-order-sse': importingLaterFolder('sse', 'websocket'),
  'realtime-order-websocket': importingLaterFolder('websocket', 'sse'),
  'order-platform': importingLaterRoom('platform', 'identity'),
  'order-identity': importingLaterRoom('identity', 'access'),
  'order-access': importingLaterRoom('access', 'webhooks'),
  'order-webhooks': importingLaterRoom('webhooks', 'realtime'),
  'order-realtime': importingLaterRoom('realtime', 'features/tasks'),
  'order-features': {
    'src/main.ts': imports('./features/tasks/tasks.module.js', './app.module.js'),
    'src/app.module.ts': noImports,
    'src/features/tasks/tasks.module.ts': imports('../../app.module.js'),
  },
  'through-the-door': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('../identity/user.entity.js'),
    'src/identity/user.entity.ts': noImports,
  },
  'app-wires-only': {
    'src/main.ts': imports('./identity/user.entity.js'),
    'src/identity/user.entity.ts': noImports,
  },
  'features-stand-alone': importingLaterRoom('features/tasks', 'features/status'),
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
  'migrations-know-nothing': {
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
  'no-attics': importingPackages('platform/utils/strings'),
  'no-unresolvable': importingPackages('platform/clock', './no-such-file.js'),
  'no-orphans': { 'src/main.ts': noImports, 'src/platform/clock.ts': imports('node:timers') },
  'no-tests-in-production': {
    'src/main.ts': imports('./platform/clock.js'),
    'src/platform/clock.ts': imports('../../test/support/clock.js'),
    'test/support/clock.ts': noImports,
  },
  'no-dev-dependencies-in-production': importingPackages('platform/clock', 'jest'),
  'no-undeclared-dependencies': importingPackages('platform/clock', 'express'),
  'client-stands-alone': {
    'src/main.ts': noImports,
    'client/src/tidings.ts': imports('../../src/main.js'),
  },
  'client-is-a-package': {
    'src/main.ts': imports('../client/src/tidings.js'),
    'client/src/tidings.ts': noImports,
  },
  'bullmq-stays-home': importingPackages('webhooks/webhooks.module', 'bullmq'),
  'ws-stays-home': importingPackages('access/access.module', 'ws'),
  'pg-stays-home': importingPackages('access/access.module', 'pg'),
  'typeorm-stays-below': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members.controller.js'),
    'src/access/members.controller.ts': imports('typeorm'),
  },
  'database-stays-below': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members.controller.js'),
    'src/access/members.controller.ts': imports('../platform/database/database.js'),
    'src/platform/database/database.ts': noImports,
  },
};

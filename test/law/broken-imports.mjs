/** For each rule of .dependency-cruiser.mjs a small tree of files that breaks it, and it alone. */

const imports = (...paths) => `${paths.map((path) => `import '${path}';`).join('\n')}\nexport const something = 1;\n`;

const nothing = imports();

/** A room that knows the module of a later one. */
const lookingAhead = (room, later) => ({
  'src/main.ts': imports(`./${room}/early.module.js`, `./${later}/late.module.js`),
  [`src/${room}/early.module.ts`]: imports(`${'../'.repeat(room.split('/').length)}${later}/late.module.js`),
  [`src/${later}/late.module.ts`]: nothing,
});

/** A file where `packages` must not be imported. */
const bringing = (path, ...packages) => ({
  'src/main.ts': imports(`./${path}.js`),
  [`src/${path}.ts`]: imports(...packages),
});

/** A folder of realtime that knows a file of a later one. */
const lookingAheadInRealtime = (folder, later) => ({
  'src/main.ts': imports('./realtime/realtime.module.js'),
  'src/realtime/realtime.module.ts': imports(`./${folder}/early.js`, `./${later}/late.js`),
  [`src/realtime/${folder}/early.ts`]: imports(`../${later}/late.js`),
  [`src/realtime/${later}/late.ts`]: nothing,
});

export const brokenImports = {
  'realtime-order-metrics': lookingAheadInRealtime('metrics', 'protocol'),
  'realtime-order-protocol': lookingAheadInRealtime('protocol', 'channels'),
  'realtime-order-channels': lookingAheadInRealtime('channels', 'connections'),
  'realtime-order-connections': lookingAheadInRealtime('connections', 'public'),
  'realtime-order-public': lookingAheadInRealtime('public', 'relays'),
  'realtime-order-asyncapi': lookingAheadInRealtime('asyncapi', 'relays'),
  'realtime-order-relays': lookingAheadInRealtime('relays', 'presence'),
  'realtime-order-presence': lookingAheadInRealtime('presence', 'commands'),
  'realtime-order-commands': lookingAheadInRealtime('commands', 'websocket'),
  'realtime-order-sse': lookingAheadInRealtime('sse', 'websocket'),
  'realtime-order-websocket': lookingAheadInRealtime('websocket', 'sse'),
  'order-platform': lookingAhead('platform', 'identity'),
  'order-identity': lookingAhead('identity', 'access'),
  'order-access': lookingAhead('access', 'webhooks'),
  'order-webhooks': lookingAhead('webhooks', 'realtime'),
  'order-realtime': lookingAhead('realtime', 'features/tasks'),
  'order-features': {
    'src/main.ts': imports('./features/tasks/tasks.module.js', './app.module.js'),
    'src/app.module.ts': nothing,
    'src/features/tasks/tasks.module.ts': imports('../../app.module.js'),
  },
  'through-the-door': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('../identity/user.entity.js'),
    'src/identity/user.entity.ts': nothing,
  },
  'app-wires-only': {
    'src/main.ts': imports('./identity/user.entity.js'),
    'src/identity/user.entity.ts': nothing,
  },
  'features-stand-alone': lookingAhead('features/tasks', 'features/status'),
  'providers-stand-alone': {
    'src/webhooks/providers/github/github.provider.ts': imports('../gitlab/gitlab.provider.js'),
    'src/webhooks/providers/gitlab/gitlab.provider.ts': nothing,
  },
  'providers-are-found': {
    'src/main.ts': imports('./webhooks/webhooks.module.js'),
    'src/webhooks/webhooks.module.ts': imports('./providers/github/github.provider.js'),
    'src/webhooks/providers/github/github.provider.ts': nothing,
  },
  'public-is-light': {
    'src/main.ts': imports('./access/public/members.js'),
    'src/access/public/members.ts': imports('../members.controller.js'),
    'src/access/members.controller.ts': nothing,
  },
  'migrations-know-nothing': {
    'src/main.ts': imports('./platform/database/migrations/1-create-log.js'),
    'src/platform/database/migrations/1-create-log.ts': imports('../tables.js'),
    'src/platform/database/tables.ts': nothing,
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
    'src/access/members/index.ts': nothing,
  },
  'no-attics': bringing('platform/utils/strings'),
  'no-unresolvable': bringing('platform/clock', './no-such-file.js'),
  'no-orphans': { 'src/main.ts': nothing, 'src/platform/clock.ts': imports('node:timers') },
  'no-tests-in-production': {
    'src/main.ts': imports('./platform/clock.js'),
    'src/platform/clock.ts': imports('../../test/support/clock.js'),
    'test/support/clock.ts': nothing,
  },
  'no-dev-dependencies-in-production': bringing('platform/clock', 'jest'),
  'no-undeclared-dependencies': bringing('platform/clock', 'express'),
  'client-stands-alone': {
    'src/main.ts': nothing,
    'client/src/tidings.ts': imports('../../src/main.js'),
  },
  'client-is-a-package': {
    'src/main.ts': imports('../client/src/tidings.js'),
    'client/src/tidings.ts': nothing,
  },
  'bullmq-stays-home': bringing('webhooks/webhooks.module', 'bullmq'),
  'ws-stays-home': bringing('access/access.module', 'ws'),
  'pg-stays-home': bringing('access/access.module', 'pg'),
  'typeorm-stays-below': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members.controller.js'),
    'src/access/members.controller.ts': imports('typeorm'),
  },
  'database-stays-below': {
    'src/main.ts': imports('./access/access.module.js'),
    'src/access/access.module.ts': imports('./members.controller.js'),
    'src/access/members.controller.ts': imports('../platform/database/database.js'),
    'src/platform/database/database.ts': nothing,
  },
};

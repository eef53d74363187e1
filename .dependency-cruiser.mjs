/** The order is the law: a room may import the rooms before it, never one after it. */
const ROOMS = ['platform', 'identity', 'access', 'webhooks', 'realtime', 'features'];

/** The folders of realtime, in the order in which they may import: one of a line none of the lines after it, nor its neighbours. */
const REALTIME = [
  ['metrics', 'protocol'],
  ['channels'],
  ['connections'],
  ['public'],
  ['asyncapi', 'relays'],
  ['presence'],
  ['commands'],
  ['sse', 'websocket'],
];

/** The wiring lies in src/ itself and comes last. */
const APP = '^src/[^/]+$';
/** `$1` of a rule's `from` is the room; each feature is a room of its own. */
const ROOM = '^src/(identity|access|webhooks|realtime|features/[^/]+)/';
const ANY_ROOM = '^src/(?:identity|access|webhooks|realtime|features)/';
const PROVIDER = '^src/webhooks/providers/([^/]+)/';
const TEST = ['\\.spec\\.ts$', '[./]fixtures\\.ts$', '^test/'];
/** Where a process begins, and what it finds by a folder's name. Everything that runs can be reached from here. */
const STARTS = ['^src/(?:main|after-restore|prepare-containers)\\.ts$', '^scripts/', PROVIDER];

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const order = ROOMS.map((room, place) => {
  const later = [...ROOMS.slice(place + 1).map((name) => `^src/${name}/`), APP];
  return forbid(
    `order-${room}`,
    `${room} may not know what comes after it: ${[...ROOMS.slice(place + 1), 'app'].join(', ')}.`,
    { path: `^src/${room}/` },
    { path: later },
  );
});

const realtimeOrder = REALTIME.flatMap((folders, place) =>
  folders.map((folder) => {
    const later = [...folders.filter((other) => other !== folder), ...REALTIME.slice(place + 1).flat()];
    return forbid(
      `realtime-order-${folder}`,
      `realtime/${folder} may not import ${later.join(', ')}.`,
      { path: `^src/realtime/${folder}/` },
      { path: later.map((name) => `^src/realtime/${name}/`) },
    );
  }),
).filter(({ to }) => to.path.length > 0);

/** Only `homes` may import `packages`. */
const home = (name, packages, homes, comment) =>
  forbid(
    name,
    comment,
    { path: '^src/', pathNot: homes },
    { path: `(?:^|/)node_modules/(?:${packages.join('|')})(?:/|$)` },
  );

export default {
  forbidden: [
    ...order,
    ...realtimeOrder,
    forbid(
      'through-the-door',
      'Another room is reached only through its public/ folder and its module.',
      { path: ROOM, pathNot: TEST },
      { path: ANY_ROOM, pathNot: ['^src/$1/', '/public/', '\\.module\\.ts$'] },
    ),
    forbid(
      'app-wires-only',
      'The wiring knows modules, public files and the adapters that it plugs into Nest.',
      { path: APP },
      { path: ANY_ROOM, pathNot: ['/public/', '\\.module\\.ts$', '\\.adapter\\.ts$'] },
    ),
    forbid(
      'features-stand-alone',
      'Deleting a feature leaves the others compiling, so none knows another.',
      { path: '^src/features/([^/]+)/' },
      { path: '^src/features/', pathNot: '^src/features/$1/' },
    ),
    forbid(
      'providers-stand-alone',
      'A provider knows no other one: what two of them need lies beside their folders.',
      { path: PROVIDER },
      { path: PROVIDER, pathNot: '^src/webhooks/providers/$1/' },
    ),
    forbid(
      'providers-are-found',
      'Providers are loaded by their folder: nothing names one, so adding one touches no other file.',
      { path: '^src/', pathNot: [PROVIDER, ...TEST] },
      { path: PROVIDER },
    ),
    forbid(
      'public-is-light',
      'A public file calls its room; importing it brings no endpoint, module or ORM along.',
      { path: '/public/', pathNot: TEST },
      { path: ['\\.(?:controller|gateway|adapter|module|worker)\\.ts$', 'node_modules/(?:@nestjs/)?typeorm/'] },
    ),
    forbid(
      'migrations-know-nothing',
      'A released migration stays true when the code around it changes.',
      { path: '/migrations/' },
      { path: '^src/', pathNot: '/migrations/' },
    ),
    forbid('no-cycles', 'A cycle between classes dies at start.', {}, { circular: true }),
    forbid(
      'no-barrels',
      'Import the file that holds the thing.',
      {},
      { path: '/index\\.ts$', pathNot: 'node_modules/' },
    ),
    forbid(
      'no-attics',
      'A file is named by what it holds; these names hold anything.',
      {},
      { path: '/(?:common|shared|utils?|helpers?)(?:/|\\.ts$)', pathNot: 'node_modules/' },
    ),
    forbid('no-unresolvable', 'There is nothing behind this import.', {}, { couldNotResolve: true }),
    forbid(
      'no-orphans',
      'No process can reach this file: delete it, or import it where it is needed.',
      { path: STARTS },
      { path: '^src/', pathNot: [...TEST, ...STARTS], reachable: false },
    ),
    forbid(
      'no-tests-in-production',
      'Specs, fixtures and test support stay out of what runs.',
      { path: '^src/', pathNot: TEST },
      { path: TEST },
    ),
    forbid(
      'no-dev-dependencies-in-production',
      'The image has only `dependencies`.',
      { path: '^src/', pathNot: TEST },
      { dependencyTypes: ['npm-dev'] },
    ),
    forbid(
      'client-stands-alone',
      'What runs in browsers is made of the contract alone: nothing of the server, no package but React for its hooks.',
      { path: '^client/src/', pathNot: TEST },
      { pathNot: ['^client/src/', '^react$', 'node_modules/(?:@types/)?react/'] },
    ),
    forbid(
      'client-is-a-package',
      'The server and its scripts know nothing of a client; tests use it as its users do.',
      { path: '^(?:src|scripts)/' },
      { path: ['^client/', '^@tidings/client'] },
    ),
    forbid(
      'no-undeclared-dependencies',
      'Whatever is imported is listed in package.json with its exact version.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    home('bullmq-stays-home', ['bullmq', '@nestjs/bullmq'], ['^src/platform/queues/'], 'Queues are platform/queues.'),
    home(
      'ws-stays-home',
      ['ws', '@nestjs/websockets', '@nestjs/platform-ws'],
      ['^src/realtime/', ...TEST],
      'Sockets are realtime/.',
    ),
    home(
      'pg-stays-home',
      ['pg'],
      ['^src/platform/', ...TEST],
      'Others query through Database and Transaction of platform/database.',
    ),
    forbid(
      'typeorm-stays-below',
      'An endpoint translates and calls a use case; queries are below it, in stores.',
      { path: '\\.(?:controller|gateway|adapter|provider|guard|frame)\\.ts$' },
      { path: 'node_modules/(?:@nestjs/)?typeorm/' },
    ),
    forbid(
      'database-stays-below',
      'A controller calls a store or a use case: neither Database nor an entity manager reaches it.',
      { path: '\\.(?:controller|gateway|adapter|guard)\\.ts$' },
      { path: '^src/platform/database/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:client/)?dist/' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};

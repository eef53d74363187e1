/** The layers, in order: a layer may import earlier ones, never later ones. */
const ROOMS = ['platform', 'identity', 'access', 'webhooks', 'realtime', 'features'];

/** The folders of realtime in import order: a folder may not import those of later lines, nor its neighbours. */
const REALTIME = [
  ['metrics', 'protocol'],
  ['channels'],
  ['connections'],
  ['public'],
  ['asyncapi', 'inspection', 'reach', 'relays'],
  ['presence'],
  ['commands'],
  ['sse', 'websocket'],
];

/** The wiring is in src/ itself and comes last. */
const APP = '^src/[^/]+$';
/** `$1` in a rule is the module that `from` matched; each feature is a module of its own. */
const ROOM = '^src/(identity|access|webhooks|realtime|features/[^/]+)/';
const ANY_ROOM = '^src/(?:identity|access|webhooks|realtime|features)/';
const PROVIDER = '^src/webhooks/providers/([^/]+)/';
const SPEC = ['\\.spec\\.ts$', '^test/'];
const FIXTURES = '[./]fixtures\\.ts$';
const TEST = [...SPEC, FIXTURES];
/** Simulates and recognizes senders by their examples. */
const SIMULATION = '^src/webhooks/tools/';
/** Entry points of processes, and files that are found by folder name. All production code is reachable from here. */
const STARTS = [
  // scripts/sender-docs.mjs imports it as built.
  '^src/webhooks/tools/sender-row\\.ts$',
  '^src/(?:main|after-restore|backup|migrate|restore|prepare-containers)\\.ts$',
  '^scripts/',
  PROVIDER,
];

const forbid = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const order = ROOMS.map((room, place) => {
  const later = [...ROOMS.slice(place + 1).map((name) => `^src/${name}/`), APP];
  return forbid(
    `order-${room}`,
    `${room} may not import later layers: ${[...ROOMS.slice(place + 1), 'app'].join(', ')}.`,
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
      'public-only',
      'Import other modules only through their public/ folder and module file.',
      { path: ROOM, pathNot: TEST },
      { path: ANY_ROOM, pathNot: ['^src/$1/', '/public/', '\\.module\\.ts$'] },
    ),
    forbid(
      'app-wires-only',
      'The wiring imports only modules, public files and adapters for Nest.',
      { path: APP },
      { path: ANY_ROOM, pathNot: ['/public/', '\\.module\\.ts$', '\\.adapter\\.ts$'] },
    ),
    forbid(
      'features-stand-alone',
      'Features must not import each other, so that each can be deleted.',
      { path: '^src/features/([^/]+)/' },
      { path: '^src/features/', pathNot: '^src/features/$1/' },
    ),
    forbid(
      'providers-stand-alone',
      'Providers must not import each other: shared code is next to their folders.',
      { path: PROVIDER },
      { path: PROVIDER, pathNot: '^src/webhooks/providers/$1/' },
    ),
    forbid(
      'providers-are-found',
      'Providers are loaded by folder name, so that adding one changes no other file.',
      { path: '^src/', pathNot: [PROVIDER, ...TEST] },
      { path: PROVIDER },
    ),
    forbid(
      'public-is-light',
      'Public files must not import endpoints, modules or the ORM.',
      { path: '/public/', pathNot: TEST },
      { path: ['\\.(?:controller|gateway|adapter|module|worker)\\.ts$', 'node_modules/(?:@nestjs/)?typeorm/'] },
    ),
    forbid(
      'migrations-import-nothing',
      'Released migrations must not depend on code that changes.',
      { path: '/migrations/' },
      { path: '^src/', pathNot: '/migrations/' },
    ),
    forbid('no-cycles', 'Cyclic providers fail at start.', {}, { circular: true }),
    forbid('no-barrels', 'Import the defining file directly.', {}, { path: '/index\\.ts$', pathNot: 'node_modules/' }),
    forbid(
      'no-generic-names',
      'Name files by their content; these names fit anything.',
      {},
      { path: '/(?:common|shared|utils?|helpers?)(?:/|\\.ts$)', pathNot: 'node_modules/' },
    ),
    // The libraries resolve once they are built; their own types are checked before.
    forbid(
      'no-unresolvable',
      'This import cannot be resolved.',
      {},
      { couldNotResolve: true, pathNot: '^@tidings/(?:client|server)$' },
    ),
    forbid(
      'no-orphans',
      'This file is unreachable: delete it or import it.',
      { path: STARTS },
      { path: '^src/', pathNot: [...TEST, ...STARTS], reachable: false },
    ),
    forbid(
      'no-tests-in-production',
      'Production code must not import specs, fixtures or test support.',
      { path: '^src/', pathNot: [...TEST, SIMULATION] },
      { path: TEST },
    ),
    forbid(
      'no-specs-in-simulations',
      'The tools that simulate senders run in production: they may import fixtures, but no specs and no test support.',
      { path: [SIMULATION, FIXTURES], pathNot: SPEC },
      { path: SPEC },
    ),
    forbid(
      'no-dev-dependencies-in-production',
      'The image contains only `dependencies`.',
      { path: '^src/', pathNot: SPEC },
      { dependencyTypes: ['npm-dev'] },
    ),
    forbid(
      'client-stands-alone',
      'Browser code uses only the generated contract, and React for its hooks.',
      { path: '^client/src/', pathNot: TEST },
      { pathNot: ['^client/src/', '^react$', 'node_modules/(?:@types/)?react/'] },
    ),
    forbid(
      'backend-stands-on-the-client',
      'Code for backends uses the generated contract, the package of the client, and openapi-fetch for its calls.',
      { path: '^backend/src/', pathNot: TEST },
      { pathNot: ['^backend/src/', '^client/src/tidings\\.ts$', '^@tidings/client$', 'node_modules/openapi-fetch/'] },
    ),
    forbid(
      'client-is-a-package',
      'The server and its scripts must not import the client or the library for backends.',
      { path: '^(?:src|scripts)/' },
      { path: ['^(?:client|backend)/', '^@tidings/'] },
    ),
    forbid(
      'dashboard-stands-on-the-contract',
      'The dashboard uses the HTTP API and the client, as any other user of the server does.',
      { path: '^dashboard/' },
      { path: '^(?:src|scripts|test)/' },
    ),
    forbid(
      'cli-stands-on-the-contract',
      'The command line uses the HTTP API and the client, as any other user of the server does.',
      { path: '^cli/' },
      { path: '^(?:src|scripts|test|dashboard)/' },
    ),
    forbid(
      'screens-stand-alone',
      'Screens must not import each other: parts that several use are in ui/ or live/.',
      { path: '^dashboard/src/screens/([^/]+)/' },
      { path: '^dashboard/src/screens/', pathNot: '^dashboard/src/screens/$1/' },
    ),
    forbid(
      'screens-load-when-opened',
      'Only the router names screens, and loads the code of each when it is opened.',
      { path: '^dashboard/src/', pathNot: ['^dashboard/src/screens/', '^dashboard/src/app/router\\.tsx$'] },
      { path: '^dashboard/src/screens/' },
    ),
    forbid(
      'no-undeclared-dependencies',
      'List imported packages in package.json with their exact version.',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    home(
      'bullmq-only-in-queues',
      ['bullmq', '@nestjs/bullmq'],
      ['^src/platform/queues/'],
      'Use queues through platform/queues.',
    ),
    home(
      'opentelemetry-only-where-it-is-on',
      ['@opentelemetry/[^/]+'],
      ['^src/platform/tracing/otlp-export\\.ts$'],
      'Trace through platform/tracing, which loads OpenTelemetry only where it is on.',
    ),
    home(
      'ws-only-in-realtime',
      ['ws', '@nestjs/websockets', '@nestjs/platform-ws'],
      ['^src/realtime/', ...TEST],
      'Use sockets only in realtime/.',
    ),
    home(
      'pg-only-in-platform',
      ['pg'],
      ['^src/platform/', ...TEST],
      'Query through Database and Transaction of platform/database.',
    ),
    forbid(
      'no-typeorm-in-endpoints',
      'Endpoints call use cases; entities and queries belong below them.',
      { path: '\\.(?:controller|gateway|adapter|provider|frame)\\.ts$' },
      { path: 'node_modules/(?:@nestjs/)?typeorm/' },
    ),
    forbid(
      'no-database-in-controllers',
      'A controller calls a store or a use case: neither Database nor an entity manager reaches it.',
      { path: '\\.(?:controller|gateway|adapter|guard)\\.ts$' },
      { path: '^src/platform/database/' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:client/|backend/|dashboard/|cli/)?dist/' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};

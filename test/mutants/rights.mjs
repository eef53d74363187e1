/** Bugs that show, or let do, what a user may not. */
export const rights = [
  {
    name: 'grant-before-deny',
    breaks: 'A denial overrides a grant.',
    edits: [
      {
        file: 'src/access/permissions/effective-permissions.ts',
        find: 'return withoutDenied(allowed, known(rights.denied, declared));',
        replace: 'return [...withoutDenied(allowed, known(rights.denied, declared)), ...rights.granted];',
      },
    ],
    spec: 'src/access/permissions/effective-permissions.spec.ts',
    test: 'exclude a permission that is both granted and denied',
  },
  {
    name: 'wildcard-too-wide',
    breaks: 'A permission for a subtree does not include the path above it.',
    edits: [
      {
        file: 'src/access/public/scoped-permissions.ts',
        find: 'const subtrees = segments.map((_, depth) =>',
        replace: "const subtrees = [...segments, ''].map((_, depth) =>",
      },
    ],
    spec: 'src/access/public/scoped-permissions.spec.ts',
    test: 'agree with a naive evaluation of role, grants, denials and scopes, for random rights',
  },
  {
    name: 'exception-forgotten',
    breaks: 'A right to a subtree is not held while a part of it is denied.',
    edits: [
      {
        file: 'src/access/public/scoped-permissions.ts',
        find: 'if (permission.startsWith(start)) return false;',
        replace: 'if (permission === start) return false;',
      },
    ],
    spec: 'src/access/permissions/effective-permissions.properties.spec.ts',
    test: 'that include a permission include each part of it',
  },
  {
    name: 'key-with-rights-of-user',
    breaks: 'An API key has no permission beyond its scopes.',
    edits: [
      {
        file: 'src/access/permissions/effective-permissions.ts',
        find: 'return scopes === undefined ? permissions : intersectPermissions(new Set(permissions), scopes);',
        replace: 'return scopes === undefined ? permissions : permissions;',
      },
    ],
    spec: 'src/access/public/access.spec.ts',
    test: 'has exactly those permissions of its user that its scopes name',
  },
  {
    name: 'key-beyond-denial',
    breaks: 'An API key may not do a part of what is denied to its user.',
    edits: [
      {
        file: 'src/access/public/scoped-permissions.ts',
        find: 'const all = new Set(positives.filter((permission) => !isCoveredBy(deniedSet, permission)));',
        replace: 'const all = new Set(positives.filter((permission) => !deniedSet.has(permission)));',
      },
    ],
    spec: 'src/access/public/scoped-permissions.spec.ts',
    test: 'of an API key are no more than its scopes and no more than its user has',
  },
  {
    name: 'rights-of-another-workspace',
    breaks: 'A token of one workspace opens no other.',
    edits: [
      {
        file: 'src/access/public/access.ts',
        find: 'return (await this.memberships.of(userId, [workspaceId]))?.get(workspaceId);',
        replace: 'return [...((await this.memberships.of(userId))?.values() ?? [])][0];',
      },
    ],
    spec: 'src/access/public/access.spec.ts',
    test: 'are the effective ones for a member, and undefined for a non-member',
  },
  {
    name: 'read-without-tenant',
    breaks: 'A delivery of another workspace cannot be told from an unknown one.',
    edits: [
      {
        file: 'src/webhooks/deliveries/delivery.store.ts',
        find: '.where({ id, workspaceId })',
        replace: '.where({ id })',
      },
    ],
    spec: 'test/access/isolation.e2e-spec.ts',
    test: 'leaks no byte, and is indistinguishable from an unknown one',
  },
  {
    name: 'export-of-all-channels',
    breaks: 'The export of a workspace has no line of another one.',
    edits: [
      {
        file: 'src/access/workspaces/workspace-channels.ts',
        find: 'WHERE id > $1::bigint AND (name = ANY($2::text[])',
        replace: 'WHERE id > $1::bigint AND (cardinality($2::text[]) > 0',
      },
    ],
    spec: 'test/access/export-workspace.e2e-spec.ts',
    test: 'has no line of another workspace',
  },
  {
    name: 'resume-without-permission',
    breaks: 'A position proves no right to read its channel.',
    edits: [
      {
        file: 'src/realtime/commands/subscribe.ts',
        find: 'const allowed = requests.filter(({ channel }) => readable.has(channel));',
        replace: 'const allowed = requests.filter(({ channel, position }) => position || readable.has(channel));',
      },
    ],
    spec: 'test/realtime/realtime.e2e-spec.ts',
    test: 'is refused to a user without the right, who then gets no events',
  },
  {
    name: 'subscription-outruns-revocation',
    breaks: 'A right that is revoked while a subscription is under way stops it.',
    edits: [
      {
        file: 'src/realtime/commands/subscribe.ts',
        find: 'if (connection.rightsVersion !== rightsVersion) continue;',
        replace: '',
      },
    ],
    spec: 'test/realtime/revocation-race.e2e-spec.ts',
    test: 'does not begin if the right is revoked while its channel is being opened',
  },
  {
    name: 'node-local-revocation',
    breaks: 'A revocation is answered after every node applies it, not only its own.',
    edits: [
      {
        file: 'src/platform/fence/fence.ts',
        find: 'if (late.length === 0) return nodes.length;',
        replace: 'return nodes.length;',
      },
    ],
    spec: 'src/platform/fence/fence-node.spec.ts',
    test: 'is answered only after every node has applied it',
  },
  {
    name: 'no-lease-check-after-pause',
    breaks: 'A node that was paused for longer than its lease sends nothing when it goes on.',
    edits: [
      {
        file: 'src/platform/fence/fence-node.ts',
        find: 'return performance.now() < this.heldUntil && this.history.isCertain;',
        replace: 'return this.heldUntil > 0 && this.history.isCertain;',
      },
    ],
    spec: 'src/platform/fence/fence-node.spec.ts',
    test: 'ends by the clock of the process when it cannot be renewed',
  },
  {
    name: 'events-without-lease',
    breaks: 'A node without the lease writes no event.',
    edits: [
      {
        file: 'src/realtime/channels/channel-hub.ts',
        find: 'canSend: () => fence.holdsLease,',
        replace: 'canSend: () => true,',
      },
    ],
    spec: 'src/realtime/channels/channel-hub.spec.ts',
    test: 'writes nothing while the lease is lost, and everything in order once it is held again',
  },
  {
    name: 'endpoint-of-former-member',
    breaks: 'An endpoint gets no event that its maker may not read.',
    edits: [
      {
        file: 'src/features/outbound-webhooks/maker-rights-listener.ts',
        find: 'if (!allows(rights, event)) return false;',
        replace: '',
      },
    ],
    spec: 'test/features/outbound-webhooks/endpoint-makers.e2e-spec.ts',
    test: 'gets no pending message that its maker may no longer read, by a retry or a replay',
  },
];

import { defineError } from '../../platform/errors.js';

export const workspaceOwnerRequired = defineError({
  code: 'workspace.owner-required',
  kind: 'forbidden',
  title: 'Only an owner may delete, restore or transfer a workspace.',
});

export const nameUnconfirmed = defineError({
  code: 'workspace.name-unconfirmed',
  kind: 'invalid',
  title: 'The confirmation is not the name of the workspace.',
});

export const ownTransfer = defineError({
  code: 'workspace.own-transfer',
  kind: 'invalid',
  title: 'You own this workspace; name another member.',
});

export const retentionTooLong = defineError({
  code: 'workspace.retention-too-long',
  kind: 'invalid',
  title: 'A workspace cannot keep data for longer than the installation.',
});

export const exportsBusy = defineError({
  code: 'workspace.exports-busy',
  kind: 'unavailable',
  title: 'Too many exports are running; try again later.',
});

import { defineError } from '../../platform/errors.js';

/** The same for an unknown, an expired and a used code, and for one that another user has decided on. */
export const deviceCodeInvalid = defineError({
  code: 'device.code-invalid',
  kind: 'not-found',
  title: 'This code is wrong, was used, or has expired; begin again on the device.',
});

export const devicePending = defineError({
  code: 'device.pending',
  kind: 'conflict',
  title: 'The sign-in of this device is not approved yet.',
});

export const deviceSlowDown = defineError({
  code: 'device.slow-down',
  kind: 'too-many',
  title: 'This device asks too often.',
});

/** The same for an unknown, an expired and a used device code, and after the end of the session that approved it. */
export const deviceExpired = defineError({
  code: 'device.expired',
  kind: 'not-found',
  title: 'This sign-in was used or has expired; begin again.',
});

export const deviceRefused = defineError({
  code: 'device.refused',
  kind: 'forbidden',
  title: 'The sign-in of this device was refused.',
});

export const deviceSessionRequired = defineError({
  code: 'device.session-required',
  kind: 'forbidden',
  title: 'Only a session of Tidings can approve a device; sign in to the dashboard.',
});

export const tooManyDevices = defineError({
  code: 'device.too-many',
  kind: 'too-many',
  title: 'Too many sign-ins of devices; try again later.',
});

export const tooManyCodes = defineError({
  code: 'device.too-many-codes',
  kind: 'too-many',
  title: 'Too many wrong codes; try again later.',
});

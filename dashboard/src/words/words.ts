import { en } from './en/en.js';

/** All words of the dashboard. For another language, write a second object of the type `Words` and choose here. */
export type Words = typeof en;

export const words: Words = en;

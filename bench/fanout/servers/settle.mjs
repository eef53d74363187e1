/** Loaded into each Node server before its own code: collects garbage when the bench is about to look at its memory. */
process.on('SIGUSR2', () => {
  globalThis.gc();
  globalThis.gc();
});

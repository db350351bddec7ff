// Loaded into a collector by --require, with --expose-gc: SIGUSR2 has its garbage collected, so that the heap holds only what is still needed.
process.on('SIGUSR2', () => globalThis.gc())

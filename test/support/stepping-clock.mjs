// Preloaded into a process: shifts its clock by CLOCK_OFFSET_MS, and by CLOCK_STEP_MS more on each SIGUSR2. Timers are
// not affected, as when an administrator sets the clock of a machine.
const RealDate = Date;
let offset = Number(process.env.CLOCK_OFFSET_MS ?? 0);
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, made) => Reflect.construct(target, values.length === 0 ? [now()] : values, made),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
process.on('SIGUSR2', () => (offset += Number(process.env.CLOCK_STEP_MS)));

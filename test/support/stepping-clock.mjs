// Loaded into a process before it starts: its clock is CLOCK_OFFSET_MS off, and at SIGUSR2 its clock is set CLOCK_STEP_MS forward, or back. Timers go on, as they
// do when somebody sets the clock of a machine.
const RealDate = Date;
let offset = Number(process.env.CLOCK_OFFSET_MS ?? 0);
const now = () => RealDate.now() + offset;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, made) => Reflect.construct(target, values.length === 0 ? [now()] : values, made),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
process.on('SIGUSR2', () => (offset += Number(process.env.CLOCK_STEP_MS)));

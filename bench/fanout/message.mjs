/** The published message: a number and the time of sending, which can be found inside the framing of any server. */
const MARK = Buffer.from('"bench":"');
const NUMBER_DIGITS = 8;
const TIME_DIGITS = 16;
export const PAYLOAD_BYTES = 200;

/** Microseconds of the clock that all processes of this machine share. */
const clockOffset = Number(process.hrtime.bigint() / 1_000n) - performance.now() * 1_000;
export const microseconds = () => performance.now() * 1_000 + clockOffset;

/** JSON of PAYLOAD_BYTES. */
export function payloadOf(number) {
  const stamp = `${String(number).padStart(NUMBER_DIGITS, '0')}${Math.floor(microseconds()).toString().padStart(TIME_DIGITS, '0')}`;
  const bare = JSON.stringify({ bench: stamp, pad: '' });
  return JSON.stringify({ bench: stamp, pad: 'x'.repeat(PAYLOAD_BYTES - bare.length) });
}

/** @returns the start of the stamp; negative when this is not a message of the bench */
export function findStamp(bytes, start, end) {
  const at = bytes.indexOf(MARK, start);
  return at < 0 || at >= end ? -1 : at + MARK.length;
}

export const numberAt = (bytes, at) => digits(bytes, at, NUMBER_DIGITS);
export const sentAt = (bytes, at) => digits(bytes, at + NUMBER_DIGITS, TIME_DIGITS);

function digits(bytes, at, count) {
  let value = 0;
  for (let i = at; i < at + count; i++) value = value * 10 + bytes[i] - 0x30;
  return value;
}

import { createPublicKey, sign, type KeyObject } from 'node:crypto';

export interface CertificateContent {
  readonly name: string;
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** A self-signed certificate in PEM (X.509, RFC 5280) for a key of a made-up sender. */
export function certificateOf(key: KeyObject, { name, validFrom, validTo }: CertificateContent): string {
  const algorithm = der(0x30, [SHA256_WITH_RSA, der(0x05)]);
  const subject = der(0x30, [der(0x31, [der(0x30, [COMMON_NAME, der(0x0c, [Buffer.from(name)])])])]);
  const validity = der(0x30, [timeOf(validFrom), timeOf(validTo)]);
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const serial = der(0x02, [Buffer.from([1])]);
  const content = der(0x30, [serial, algorithm, subject, validity, subject, publicKey]);
  const signature = der(0x03, [Buffer.from([0]), sign('sha256', content, key)]);
  const lines =
    der(0x30, [content, algorithm, signature])
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const SHA256_WITH_RSA = der(0x06, [Buffer.from('2a864886f70d01010b', 'hex')]);
const COMMON_NAME = der(0x06, [Buffer.from('550403', 'hex')]);

function timeOf(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/\.\d+|[-:T]/g, '');
  return der(0x18, [Buffer.from(digits)]);
}

/** A value with its tag and length (X.690). */
function der(tag: number, parts: readonly Buffer[] = []): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

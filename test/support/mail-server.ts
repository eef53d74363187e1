import { SMTPServer } from 'smtp-server';
import { freePort } from './app.js';

/** A mail as it came over the wire. */
export interface ReceivedMail {
  readonly from: string;
  readonly recipients: readonly string[];
  /** The lines of the headers, unfolded. */
  readonly headers: readonly string[];
  /** The parts after the headers, decoded from quoted-printable. */
  readonly content: string;
}

/** A mail server of a third party. It records accepted mails and refuses recipients as `answer` says. */
export interface MailServer {
  readonly url: string;
  readonly received: ReceivedMail[];
  /** Returns the code of the answer to a recipient: 250, or why it is refused. */
  answer: (recipient: string) => number;
  /** Called with each mail before it is accepted. */
  beforeAccept: () => Promise<void>;
  close(): Promise<void>;
}

const LOGIN = { user: 'mailer', password: 'a secret: word' };

export async function startMailServer(): Promise<MailServer> {
  const port = await freePort();
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    hideSTARTTLS: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, callback) =>
      username === LOGIN.user && password === LOGIN.password
        ? callback(null, { user: LOGIN.user })
        : callback(new Error('refused')),
    onRcptTo: ({ address }, _session, callback) => {
      const responseCode = mailServer.answer(address);
      callback(responseCode === 250 ? null : Object.assign(new Error('refused'), { responseCode }));
    },
    onData: (stream, { envelope }, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
        const mail = {
          from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          recipients: envelope.rcptTo.map(({ address }) => address),
          headers: head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n'),
          content: unquoted(rest.join('\r\n\r\n')),
        };
        void mailServer.beforeAccept().then(() => {
          received.push(mail);
          callback(null);
        });
      });
    },
  });
  const mailServer: MailServer = {
    url: `smtp://${LOGIN.user}:${encodeURIComponent(LOGIN.password)}@127.0.0.1:${port}`,
    received,
    answer: () => 250,
    beforeAccept: async () => undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return mailServer;
}

const unquoted = (text: string): string =>
  text
    .replaceAll('=\r\n', '')
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());

/** Decodes the encoded words of a header (https://www.rfc-editor.org/rfc/rfc2047). */
export const decodedWords = (header: string): string =>
  header
    .replaceAll(/\?= =\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, text: string) => unquoted(text.replaceAll('_', ' ')));

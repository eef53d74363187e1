import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Config } from '../config/config.js';
import type { MailText } from './mail-text.js';

/** The result of handing a mail to the server. `rejected`: it refuses this recipient or this mail for good. */
export type MailOutcome =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'later' | 'rejected';
      /** Without text of the server, which can name the user. */ readonly reason: string;
    };

/** The whole attempt takes less than the claim of a mailed notification. */
const TIMEOUT_MS = 15_000;
const IDLE_MS = 10_000;
const CONNECTIONS = 5;

/** The SMTP server of SMTP_URL. */
@Injectable()
export class MailTransport implements OnApplicationShutdown {
  private readonly transport;

  constructor(private readonly config: Config) {
    this.transport =
      config.smtpUrl === undefined
        ? undefined
        : createTransport({
            pool: true,
            url: config.smtpUrl,
            maxConnections: CONNECTIONS,
            idleTimeout: IDLE_MS,
            // The callers decide when to send again.
            maxRequeues: 0,
            connectionTimeout: TIMEOUT_MS,
            greetingTimeout: TIMEOUT_MS,
            socketTimeout: 2 * TIMEOUT_MS,
            disableFileAccess: true,
            disableUrlAccess: true,
          });
  }

  /** After the senders have stopped. */
  onApplicationShutdown(): void {
    this.transport?.close();
  }

  /** Without a server no mail is sent. */
  get isOffered(): boolean {
    return this.transport !== undefined;
  }

  /** @param signal aborts the attempt; the server may have accepted the mail nevertheless */
  async send(address: string, mail: MailText, signal: AbortSignal): Promise<MailOutcome> {
    if (this.transport === undefined) return { kind: 'later', reason: 'no server' };
    try {
      await this.transport.sendMail({
        ...mail,
        from: this.config.smtpFrom,
        to: { name: '', address },
        signal,
        // No vacation notices (https://www.rfc-editor.org/rfc/rfc3834#section-5).
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      return { kind: 'accepted' };
    } catch (error) {
      return outcomeOf(error as SmtpError);
    }
  }
}

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
  readonly permanent?: boolean;
}

/** A refused sender or login is a mistake of the operator, who may correct it. */
function outcomeOf({ code = 'unknown', responseCode, command, permanent }: SmtpError): MailOutcome {
  const reason = [code, command, responseCode].filter((part) => part !== undefined).join(' ');
  const isOfMail = permanent === true && (command === 'RCPT TO' || command === 'DATA');
  return { kind: isOfMail ? 'rejected' : 'later', reason };
}

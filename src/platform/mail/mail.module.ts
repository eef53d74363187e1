import { Module } from '@nestjs/common';
import { MailTransport } from './mail-transport.js';

/** Mails by the server of SMTP_URL. */
@Module({ providers: [MailTransport], exports: [MailTransport] })
export class MailModule {}

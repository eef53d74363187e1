import { Global, Module } from '@nestjs/common';
import { Audit } from './audit.js';
import { AuditReader } from './audit-reader.js';
import { NoteHeads } from './note-heads.js';

/** The audit log: hash-chained, and written in the transaction of each change. */
@Global()
@Module({ providers: [Audit, AuditReader, NoteHeads], exports: [Audit, AuditReader] })
export class AuditModule {}

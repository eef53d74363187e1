import { Global, Module } from '@nestjs/common';
import { Audit } from './audit.js';
import { AuditReader } from './audit-reader.js';
import { NoteHeads } from './note-heads.js';

/** Who changed what: written in the transaction of the change, hash-chained. */
@Global()
@Module({ providers: [Audit, AuditReader, NoteHeads], exports: [Audit, AuditReader] })
export class AuditModule {}

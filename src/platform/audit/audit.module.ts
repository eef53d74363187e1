import { Global, Module } from '@nestjs/common';
import { Audit } from './audit.js';
import { AuditErasure } from './audit-erasure.js';
import { AuditReader } from './audit-reader.js';
import { NoteHeads } from './note-heads.js';

/** The audit log: hash-chained, and written in the transaction of each change. */
@Global()
@Module({ providers: [Audit, AuditErasure, AuditReader, NoteHeads], exports: [Audit, AuditErasure, AuditReader] })
export class AuditModule {}

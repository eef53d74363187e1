import { Module } from '@nestjs/common';
import { definePermission } from '../../access/contracts/define-permission.js';

definePermission('documents:read', ['member', 'viewer']);
definePermission('documents:write', ['member']);

/** So far a promise to clients: who may read and write documents. */
@Module({})
export class DocumentsModule {}

import { Module } from '@nestjs/common';
import { Access } from './contracts/access.js';
import { PermissionGuard } from './contracts/require-permission.js';
import { Memberships } from './members/memberships.js';

@Module({
  providers: [Access, Memberships, PermissionGuard],
  exports: [Access, PermissionGuard],
})
export class AccessModule {}

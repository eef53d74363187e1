import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentUser } from '../../../identity/public/current-user.js';
import { PersonOnly } from '../../../identity/public/person-only.js';
import type { Principal } from '../../../identity/public/principal.js';
import { Answers, Describe, Fails } from '../../../platform/http/api/answers.js';
import { emailNotOffered, notificationKindUnknown } from '../notification.errors.js';
import { Preferences } from './preferences.js';
import {
  preferenceRequest,
  preferencesResponse,
  quietHoursSchema,
  type PreferenceRequest,
  type PreferencesResponse,
  type QuietHoursRequest,
} from './preferences.schemas.js';

@ApiTags('Notifications')
@Controller('v1/notification-preferences')
@PersonOnly()
export class NotificationPreferencesController {
  constructor(private readonly preferences: Preferences) {}

  @Describe(
    'List your notification preferences',
    'Returns every kind of notification with your choice, and your quiet hours.',
  )
  @Get()
  @Answers(200, 'Your notification preferences.', preferencesResponse)
  list(@CurrentUser() { userId }: Principal): Promise<PreferencesResponse> {
    return this.preferences.of(userId);
  }

  @Describe('Set your quiet hours', 'Pushes and mails during quiet hours wait until these end.')
  @Put('quiet-hours')
  @Answers(200, 'Your preferences, with the new quiet hours.', preferencesResponse)
  async setQuietHours(
    @CurrentUser() { userId }: Principal,
    @Body({ schema: quietHoursSchema }) hours: QuietHoursRequest,
  ): Promise<PreferencesResponse> {
    await this.preferences.setQuietHours(userId, hours);
    return this.preferences.of(userId);
  }

  @Describe('Delete your quiet hours', 'Pushes and mails are sent at any time again.')
  @Delete('quiet-hours')
  @Answers(204, 'The quiet hours are deleted.')
  async endQuietHours(@CurrentUser() { userId }: Principal): Promise<void> {
    await this.preferences.deleteQuietHours(userId);
  }

  @Describe(
    'Set your preference for a kind',
    'Switches a kind of notification on or off, in the app, for pushes and by e-mail.',
  )
  @Put(':kind')
  @Answers(200, 'Your preferences, with the new choice.', preferencesResponse)
  @Fails(notificationKindUnknown, emailNotOffered)
  async choose(
    @CurrentUser() { userId }: Principal,
    @Param('kind') kind: string,
    @Body({ schema: preferenceRequest }) choice: PreferenceRequest,
  ): Promise<PreferencesResponse> {
    await this.preferences.choose(userId, kind, choice);
    return this.preferences.of(userId);
  }
}

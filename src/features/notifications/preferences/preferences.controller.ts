import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { CurrentUser } from '../../../identity/contracts/current-user.js';
import { PersonOnly } from '../../../identity/contracts/person-only.js';
import type { Principal } from '../../../identity/contracts/principal.js';
import { Answers, Fails } from '../../../platform/http/answers.js';
import { noticeUnknown } from '../notification.errors.js';
import { Preferences } from './preferences.js';
import {
  preferenceRequest,
  preferencesResponse,
  quietHoursSchema,
  type PreferenceRequest,
  type PreferencesResponse,
  type QuietHoursRequest,
} from './preferences.shapes.js';

@Controller('v1/notification-preferences')
@PersonOnly()
export class NotificationPreferencesController {
  constructor(private readonly preferences: Preferences) {}

  @Get()
  @Answers(200, 'Of what you want to hear, and how.', preferencesResponse)
  list(@CurrentUser() { userId }: Principal): Promise<PreferencesResponse> {
    return this.preferences.of(userId);
  }

  @Put('quiet-hours')
  @Answers(200, 'Your choices, with the quiet hours.', preferencesResponse)
  async setQuietHours(
    @CurrentUser() { userId }: Principal,
    @Body({ schema: quietHoursSchema }) hours: QuietHoursRequest,
  ): Promise<PreferencesResponse> {
    await this.preferences.setQuietHours(userId, hours);
    return this.preferences.of(userId);
  }

  @Delete('quiet-hours')
  @Answers(204, 'There are no quiet hours.')
  async endQuietHours(@CurrentUser() { userId }: Principal): Promise<void> {
    await this.preferences.endQuietHours(userId);
  }

  @Put(':kind')
  @Answers(200, 'Your choices, with this one.', preferencesResponse)
  @Fails(noticeUnknown)
  async choose(
    @CurrentUser() { userId }: Principal,
    @Param('kind') kind: string,
    @Body({ schema: preferenceRequest }) choice: PreferenceRequest,
  ): Promise<PreferencesResponse> {
    await this.preferences.choose(userId, kind, choice);
    return this.preferences.of(userId);
  }
}

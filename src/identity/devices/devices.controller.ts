import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Answers, Describe, Fails } from '../../platform/http/api/answers.js';
import { Public } from '../../platform/http/api/public.js';
import { CallerInfo } from '../../platform/http/server/caller-info.js';
import type { ClientInfo } from '../../platform/http/server/client-info.js';
import { TokenResponse } from '../login/token-response.js';
import { Caller, type RequestActor } from '../public/caller.js';
import { CurrentUser } from '../public/current-user.js';
import { loginResponse, type LoginResponse } from '../public/login-response.js';
import { OwnLoginOnly } from '../public/person-only.js';
import type { Principal } from '../public/principal.js';
import { SameOrigin } from '../sessions/same-origin.js';
import { BeginDeviceSignIn } from './begin-device-sign-in.js';
import { CompleteDeviceSignIn } from './complete-device-sign-in.js';
import { DecideDeviceSignIn } from './decide-device-sign-in.js';
import {
  deviceCodeInvalid,
  deviceExpired,
  devicePending,
  deviceRefused,
  deviceSessionRequired,
  deviceSlowDown,
  tooManyCodes,
  tooManyDevices,
} from './device.errors.js';
import {
  beginDeviceRequest,
  completeDeviceRequest,
  deviceCodesResponse,
  userCodeRequest,
  waitingDeviceResponse,
  type BeginDeviceRequest,
  type CompleteDeviceRequest,
  type DeviceCodesResponse,
  type UserCodeRequest,
  type WaitingDeviceResponse,
} from './device.schemas.js';

@SameOrigin()
@ApiTags('Sign-in')
@Controller('v1/auth/device')
export class DevicesController {
  constructor(
    private readonly beginSignIn: BeginDeviceSignIn,
    private readonly decideSignIn: DecideDeviceSignIn,
    private readonly completeSignIn: CompleteDeviceSignIn,
    private readonly tokenResponse: TokenResponse,
  ) {}

  @Describe(
    'Begin the sign-in of a device',
    'For programs without a browser of their own, such as the command line: the user opens `verificationUri` in a browser, signs in and enters `userCode`, while the program asks for its session with `deviceCode`. The flow of RFC 8628.',
  )
  @Public()
  @Post()
  @Answers(201, 'The codes, for ten minutes.', deviceCodesResponse)
  @Fails(tooManyDevices)
  async beginDeviceSignIn(
    @Body({ schema: beginDeviceRequest }) { name }: BeginDeviceRequest,
    @CallerInfo() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeviceCodesResponse> {
    reply.header('cache-control', 'no-store');
    return this.beginSignIn.run(name, client);
  }

  @Describe('Look at a device that waits', 'Which device waits with this code, for the user who decides.')
  @Post('look')
  @OwnLoginOnly()
  @Answers(200, 'The device.', waitingDeviceResponse)
  @Fails(deviceCodeInvalid, deviceSessionRequired, tooManyCodes)
  async lookAtDevice(
    @CurrentUser() caller: Principal,
    @Body({ schema: userCodeRequest }) { userCode }: UserCodeRequest,
  ): Promise<WaitingDeviceResponse> {
    const device = await this.decideSignIn.look(caller, userCode);
    return { ...device, expiresAt: device.expiresAt.toISOString() };
  }

  @Describe(
    'Approve a device',
    'The device gets a session of the caller when it asks for it next. The end of the session that approves it before then voids the approval.',
  )
  @Post('approve')
  @OwnLoginOnly()
  @Answers(204, 'The device is approved.')
  @Fails(deviceCodeInvalid, deviceSessionRequired, tooManyCodes)
  async approveDevice(
    @Caller() actor: RequestActor,
    @Body({ schema: userCodeRequest }) { userCode }: UserCodeRequest,
  ): Promise<void> {
    await this.decideSignIn.approve(actor, userCode);
  }

  @Describe('Refuse a device', 'The device gets no session.')
  @Post('refuse')
  @OwnLoginOnly()
  @Answers(204, 'The device is refused.')
  @Fails(deviceCodeInvalid, deviceSessionRequired, tooManyCodes)
  async refuseDevice(
    @Caller() actor: RequestActor,
    @Body({ schema: userCodeRequest }) { userCode }: UserCodeRequest,
  ): Promise<void> {
    await this.decideSignIn.refuse(actor, userCode);
  }

  @Describe(
    'Complete the sign-in of a device',
    'Answers `device.pending` until a user has approved the device. Sets the same refresh cookie as a sign-in with a password.',
  )
  @Public()
  @Post('token')
  @Answers(200, 'An access token, once a user has approved the device.', loginResponse)
  @Fails(devicePending, deviceSlowDown, deviceRefused, deviceExpired)
  async completeDeviceSignIn(
    @Body({ schema: completeDeviceRequest }) { deviceCode }: CompleteDeviceRequest,
    @CallerInfo() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LoginResponse> {
    return this.tokenResponse.send(await this.completeSignIn.run(deviceCode, client), reply);
  }
}

import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { Answers, Fails } from '../../platform/http/answers.js';
import { CallerOrigin } from '../../platform/http/caller-origin.js';
import type { Origin } from '../../platform/http/origin.js';
import { Public } from '../../platform/http/public.js';
import { userResponse } from '../contracts/user.shapes.js';
import { LogIn, type Login } from './log-in.js';
import { tooManyLogins, wrongLogin } from './login.errors.js';

const loginRequest = z
  .strictObject({ email: z.string().trim().max(254), password: z.string().max(1_024) })
  .meta({ id: 'LoginRequest', example: { email: 'ada@example.com', password: 'a long pass phrase' } });

const loginResponse = z
  .object({
    accessToken: z.string(),
    expiresIn: z.int().describe('life of the access token in seconds'),
    user: userResponse,
  })
  .meta({ id: 'Login' });

type LoginRequest = z.infer<typeof loginRequest>;

@Controller('v1/auth')
export class AuthController {
  constructor(private readonly logIn: LogIn) {}

  @Public()
  @Post('login')
  @Answers(200, 'An access token, for `Authorization: Bearer` and for the WebSocket.', loginResponse)
  @Fails(wrongLogin, tooManyLogins)
  async signIn(
    @Body({ schema: loginRequest }) { email, password }: LoginRequest,
    @CallerOrigin() origin: Origin,
  ): Promise<Login> {
    return this.logIn.withPassword(email, password, origin);
  }
}

import { Global, Module } from '@nestjs/common';
import { MeasureClock } from './measure-clock.js';

/** The time that processes agree on: the database's. */
@Global()
@Module({ providers: [MeasureClock], exports: [MeasureClock] })
export class ClockModule {}

import { Global, Module } from '@nestjs/common';
import { MeasureClock } from './measure-clock.js';

/** The common clock of all processes: the database's. */
@Global()
@Module({ providers: [MeasureClock], exports: [MeasureClock] })
export class ClockModule {}

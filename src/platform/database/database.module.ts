import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { LastingDataSource } from './lasting-data-source.js';

/** The modules that a process imports after this one may use the database in all their hooks, at the end too. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly dataSource: DataSource) {}

  static forRoot(url: string, poolSize: number): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...dataSourceOptions(url, poolSize), autoLoadEntities: true }),
          dataSourceFactory: (options) => Promise.resolve(new LastingDataSource(given(options))),
        }),
      ],
      providers: [Database],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource instanceof LastingDataSource) await this.dataSource.end();
  }
}

function given(options: DataSourceOptions | undefined): DataSourceOptions {
  if (options === undefined) throw new Error('TypeORM was given no options.');
  return options;
}

import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { LastingDataSource } from './lasting-data-source.js';
import type { Sessions } from './sessions.js';

/** Modules that are imported after this one may use the database in all their hooks, including shutdown. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly dataSource: DataSource) {}

  static forRoot(url: string, poolSize: number, sessions: Sessions = 'own'): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...dataSourceOptions(url, poolSize, sessions), autoLoadEntities: true }),
          dataSourceFactory: (options) => Promise.resolve(new LastingDataSource(given(options))),
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [DataSource],
          useFactory: (source: DataSource) => new Database(source, sessions),
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.dataSource instanceof LastingDataSource) await this.dataSource.end();
  }
}

function given(options: DataSourceOptions | undefined): DataSourceOptions {
  if (options === undefined) throw new Error('TypeORM received no options.');
  return options;
}

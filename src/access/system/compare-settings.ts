import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Config } from '../../platform/config/config.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import type { SettingsResponse } from './system.schemas.js';

const QUESTION = 'settings';

const settingsOfNode = z.array(z.object({ name: z.string(), value: z.string().nullable() }));

/** The settings of this process, and where other processes have another value. Secrets never leave a process. */
@Injectable()
export class CompareSettings {
  constructor(
    private readonly nodes: AskNodes,
    private readonly config: Config,
  ) {
    nodes.handle(QUESTION, () =>
      config.shownSettings.filter(({ secret }) => !secret).map(({ name, value }) => ({ name, value })),
    );
  }

  async run(): Promise<SettingsResponse> {
    const { byNode, missing } = await this.nodes.ask(QUESTION, { schema: settingsOfNode });
    const others = [...byNode].filter(([nodeId]) => nodeId !== this.nodes.nodeId);
    const items = this.config.shownSettings.map((setting) => ({
      ...setting,
      others: others.flatMap(([nodeId, settings]) => {
        const other = settings.find(({ name }) => name === setting.name);
        return other === undefined || other.value === setting.value ? [] : [{ nodeId, value: other.value }];
      }),
    }));
    return { items, answeredBy: this.nodes.nodeId, missing };
  }
}

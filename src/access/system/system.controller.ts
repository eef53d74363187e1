import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminOnly } from '../../identity/public/admin-only.js';
import { Answers, Describe } from '../../platform/http/api/answers.js';
import { AskNodes } from '../../platform/nodes/ask-nodes.js';
import { DescribeNode } from '../../platform/nodes/describe-node.js';
import { CompareSettings } from './compare-settings.js';
import { nodesResponse, settingsResponse, type NodesResponse, type SettingsResponse } from './system.schemas.js';

@AdminOnly()
@ApiTags('System')
@Controller('v1/system')
export class SystemController {
  constructor(
    private readonly describeNode: DescribeNode,
    private readonly nodes: AskNodes,
    private readonly settings: CompareSettings,
  ) {}

  @Describe(
    'List the processes of the installation',
    'Asks all processes over the bus, and answers within about a second. Event-loop delays are measured during the call.',
  )
  @Get('nodes')
  @Answers(200, 'The processes that answered, and those that did not.', nodesResponse)
  async listNodes(): Promise<NodesResponse> {
    const { byNode, missing } = await this.describeNode.ask();
    const items = [...byNode.values()].toSorted((one, other) => (one.startedAt < other.startedAt ? -1 : 1));
    return { items, answeredBy: this.nodes.nodeId, missing };
  }

  @Describe(
    'List the settings of the processes',
    'The settings of the process that answers, and where other processes have another value. Secrets are never shown, and URLs only without credentials.',
  )
  @Get('settings')
  @Answers(200, 'All settings, in the order of .env.example.', settingsResponse)
  listSettings(): Promise<SettingsResponse> {
    return this.settings.run();
  }
}

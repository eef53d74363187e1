import type { ReactNode } from 'react';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';

export function ChannelsScreen(): ReactNode {
  return <Page title={words.navigation.channels}>{null}</Page>;
}

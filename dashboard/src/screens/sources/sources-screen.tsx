import type { ReactNode } from 'react';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';

export function SourcesScreen(): ReactNode {
  return <Page title={words.navigation.sources}>{null}</Page>;
}

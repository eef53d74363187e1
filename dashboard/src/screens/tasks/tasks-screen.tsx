import type { ReactNode } from 'react';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';

export function TasksScreen(): ReactNode {
  return <Page title={words.navigation.tasks}>{null}</Page>;
}

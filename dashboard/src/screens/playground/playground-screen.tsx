import type { ReactNode } from 'react';
import { Page } from '../../ui/page.js';
import { words } from '../../words/words.js';

export function PlaygroundScreen(): ReactNode {
  return <Page title={words.navigation.playground}>{null}</Page>;
}

import { useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Problem } from '../api/problem.js';
import { ErrorNotice } from '../ui/notice.js';
import { words } from '../words/words.js';
import { EntryCard } from './entry-card.js';
import { SignInForm } from './sign-in-form.js';

/** The problem of a sign-in at an issuer, which led back here with its code. An unknown code is not shown. */
function problemWith(code: string | undefined): Problem | undefined {
  const titles: Readonly<Record<string, string>> = words.signIn.problems;
  const title = code !== undefined && Object.hasOwn(titles, code) ? titles[code] : undefined;
  return title === undefined || code === undefined ? undefined : new Problem({ status: 401, code, title });
}

export function SignIn(): ReactNode {
  const { problem }: { readonly problem?: string } = useSearch({ strict: false });
  return (
    <EntryCard heading={words.signIn.heading}>
      <ErrorNotice error={problemWith(problem)} />
      <SignInForm />
    </EntryCard>
  );
}

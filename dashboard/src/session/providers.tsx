import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer, api } from '../api/api.js';
import { basePath } from '../api/base.js';
import { buttonClass } from '../ui/button.js';
import { words } from '../words/words.js';

/** The ways to sign in, which the settings of the service name. */
export const useProviders = () =>
  useQuery({
    queryKey: ['sign-in-providers'],
    queryFn: () => answer(api.GET('/v1/auth/providers')),
    staleTime: Infinity,
  });

/** The path of this page below the path of the service, with its query. */
function ownPath(): string {
  const { pathname, search } = location;
  const below = basePath === '/' ? pathname : pathname.slice(basePath.length);
  return below === '/sign-in' ? '/' : below + search;
}

/** A link for each issuer; none when the settings name no issuer. */
export function ProviderLinks(): ReactNode {
  const providers = useProviders().data?.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <>
      <p className="flex items-center gap-3 text-sm text-muted before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
        {words.signIn.or}
      </p>
      {providers.map(({ id, name, url }) => (
        <a key={id} href={`${url}?to=${encodeURIComponent(ownPath())}`} className={buttonClass()}>
          <span className="min-w-0 truncate">{words.signIn.with(name)}</span>
        </a>
      ))}
    </>
  );
}

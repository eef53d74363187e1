const page = (text, link) => ({ text, link: `/${link}` });

/** @type {import('vitepress').DefaultTheme.Sidebar} */
export const sidebar = [
  {
    text: 'Begin',
    items: [page('Getting started', 'getting-started'), page('The dashboard', 'dashboard'), page('Words', 'glossary')],
  },
  {
    text: 'Webhooks in',
    items: [page('Senders', 'senders'), page('Set a sender up', 'sender-setup')],
  },
  {
    text: 'Live updates out',
    items: [
      page('Live in your app', 'live'),
      page('Publish', 'publish'),
      page('Event types', 'event-types'),
      page('Permissions', 'permissions'),
      page('The client', 'client'),
      page('The library for backends', 'backend'),
      page('The protocol', 'protocol'),
      page('The reach of an event', 'reach'),
    ],
  },
  {
    text: 'More',
    items: [
      page('Documents', 'documents'),
      page('Push and notifications', 'notifications'),
      page('Outbound webhooks', 'outbound-webhooks'),
      page('The command line', 'cli'),
      page('AI agents', 'agents'),
      page('Sign-in', 'sign-in'),
      page('Errors', 'errors'),
    ],
  },
  {
    text: 'In production',
    items: [
      page('Deploy', 'deploy'),
      page('Kubernetes', 'kubernetes'),
      page('Operate', 'operations'),
      page('Upgrade', 'upgrade'),
      page('Reliability', 'reliability'),
      page('Performance', 'performance'),
      page('The bench', 'bench'),
    ],
  },
  {
    text: 'Coming from',
    items: [
      page('Socket.IO', 'coming-from/socket-io'),
      page('Pusher', 'coming-from/pusher'),
      page('Supabase Realtime', 'coming-from/supabase-realtime'),
      page('smee', 'coming-from/smee'),
      page('Svix', 'coming-from/svix'),
    ],
  },
];

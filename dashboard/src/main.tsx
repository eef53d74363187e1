import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './api/queries.js';
import { router } from './app/router.js';
import { applyTheme } from './app/theme.js';
import { followSession } from './live/live.js';
import { followSessionForPush } from './push/push.js';
import './main.css';

applyTheme();
followSession();
followSessionForPush();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id `root`.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

import { createHash, createHmac } from 'node:crypto';

import type { ProviderFixtures } from '../fixtures.js';

const deploy = {
  id: '6560c1a2b3d4e5f607182930',
  site_id: '0d3a9d2f-ef94-4380-93df-27ee400e2048',
  name: 'octo-site',
  url: 'https://octo-site.netlify.app',
  ssl_url: 'https://octo-site.netlify.app',
  deploy_ssl_url: 'https://main--octo-site.netlify.app',
  admin_url: 'https://app.netlify.com/projects/octo-site',
  branch: 'main',
  context: 'production',
  commit_ref: '3c363836cf4e16666669a25da280a1865c2d2874',
  committer: 'octocat',
  title: 'Update README',
};

function headers(event: string): Record<string, string> {
  return { 'content-type': 'application/json', 'user-agent': 'Go-http-client/2.0', 'x-netlify-event': event };
}

export const fixtures: ProviderFixtures = {
  secrets: ['netlify-jws-secret-token', 'netlify-jws-secret-token-to-come'],
  examples: [
    {
      name: 'a deploy that is live',
      headers: headers('deploy_created'),
      body: JSON.stringify({ ...deploy, state: 'ready', error_message: null }),
      expected: {
        eventType: 'deploy.created',
        title: 'octo-site deployed main: Update README',
        deliveryId: '6560c1a2b3d4e5f607182930:ready',
      },
    },
    {
      name: 'a deploy that failed',
      headers: headers('deploy_failed'),
      body: JSON.stringify({
        ...deploy,
        state: 'error',
        error_message: 'Build script returned non-zero exit code: 2',
      }),
      expected: {
        eventType: 'deploy.failed',
        title: 'octo-site failed to deploy main: Build script returned non-zero exit code: 2',
        deliveryId: '6560c1a2b3d4e5f607182930:error',
      },
    },
  ],
  sign(body, _headers, { secret }) {
    const head = encode({ alg: 'HS256', typ: 'JWT' });
    const claims = encode({ iss: 'netlify', sha256: createHash('sha256').update(body).digest('hex') });
    const signature = createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url');
    return { 'x-webhook-signature': `${head}.${claims}.${signature}` };
  },
};

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

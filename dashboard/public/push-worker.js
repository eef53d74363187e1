/** Shows pushes. Browsers start this worker even when no page is open. */
self.addEventListener('push', (event) => {
  const { title, body, subject } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag: subject, icon: 'icon.svg' }));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showPage());
});

async function showPage() {
  const [open] = await self.clients.matchAll({ type: 'window' });
  await (open === undefined ? self.clients.openWindow('./') : open.focus());
}

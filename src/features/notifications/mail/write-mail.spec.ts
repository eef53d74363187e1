import { describe, expect, it } from '@jest/globals';
import { writeMail, type MailedNotification } from './write-mail.js';

const notification = (fields: Partial<MailedNotification> = {}): MailedNotification => {
  return { notificationId: '1', title: 'A title', body: 'A body', path: '/tasks/1', ...fields };
};
const write = (...notifications: MailedNotification[]) => writeMail(notifications, 'https://tidings.example.com/live');

describe('a mail', () => {
  it('about one notification has its title as the subject, in one line', () => {
    expect(write(notification({ title: 'a\r\nb\u0085c\u2029d' })).subject).toBe('a b c d');
    expect(write(notification({ title: 'x'.repeat(300) })).subject).toHaveLength(150);
  });

  it('about many lists fifty of them and the number of the others', () => {
    const many = Array.from({ length: 53 }, (_, n) =>
      notification({ notificationId: String(n), title: `title ${n}.` }),
    );
    const { subject, text, html } = write(...many);
    expect(subject).toBe('53 notifications');
    for (const part of [text, html]) {
      expect(part).toContain('title 49.');
      expect(part).not.toContain('title 50.');
      expect(part).toContain('and 3 more');
    }
  });

  it('links below the public URL', () => {
    const { text, html } = write(notification());
    expect(text).toContain('\nhttps://tidings.example.com/live/tasks/1\n');
    expect(html).toContain('<a href="https://tidings.example.com/live/tasks/1">A title</a>');
  });

  it('escapes texts and links in HTML', () => {
    const { html } = write(notification({ title: `<b>'"&`, body: '<script>\nx', path: '/"><script>' }));
    expect(html).toContain('&lt;b&gt;&#39;&quot;&amp;</a><br>&lt;script&gt;<br>x');
    expect(html).not.toContain('<script>');
  });

  it('has the same id for the same notifications only', () => {
    const [one, two] = [notification({ notificationId: '1' }), notification({ notificationId: '2' })];
    expect(write(one, two).messageId).toBe(write(two, one).messageId);
    expect(write(one, two).messageId).not.toBe(write(one).messageId);
    expect(write(one).messageId).toMatch(/^<[0-9a-f]{32}@tidings\.example\.com>$/);
  });
});

import { z } from 'zod';

/** An address, or a name with an address in angle brackets (https://www.rfc-editor.org/rfc/rfc5322#section-3.4). */
const FORM = /^(?:([^<>"@,;:\p{Cc}]{1,100}) <([^<>\s]+)>|([^<>\s]+))$/u;

export const mailSender = z.string().transform((text, context) => {
  const [, name = '', inBrackets, alone] = FORM.exec(text.trim()) ?? [];
  const address = z.email().safeParse(inBrackets ?? alone);
  if (address.success) return { name: name.trim(), address: address.data };
  context.addIssue('an address, or Name <address>');
  return z.NEVER;
});

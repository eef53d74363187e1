import { z } from 'zod';

/** OWASP ASVS 5, 6.2.1 and 6.2.9: rejects short passwords, and leaves room for long pass phrases. */
export const newPassword = z.string().min(12).max(1_024);

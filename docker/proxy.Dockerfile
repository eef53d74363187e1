FROM caddy:2
# It runs as a user of its own, whose certificates these are.
RUN mkdir -p /data/caddy /config/caddy && chown -R 1000:1000 /data /config
USER 1000:1000

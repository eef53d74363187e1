FROM caddy:2
# Caddy runs as its own user, which needs access to its certificates.
RUN mkdir -p /data/caddy /config/caddy && chown -R 1000:1000 /data /config
USER 1000:1000

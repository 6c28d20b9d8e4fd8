# The server and kvctl. Data in /data, clients on 2379, the other members on 2380.

FROM node:20-slim AS build
WORKDIR /build
# No install scripts: the native parts come ready-made with their packages, and there is no source yet to build.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /opt/hexkeep
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
RUN ln -s /opt/hexkeep/dist/cli/kvd.js /usr/local/bin/kvd \
  && ln -s /opt/hexkeep/dist/cli/kvctl.js /usr/local/bin/kvctl \
  && ln -s /opt/hexkeep/dist/jepsen-lite/main.js /usr/local/bin/jepsen-lite \
  && mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
EXPOSE 2379 2380
# Leadership is handed over before the process ends.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:2379/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["kvd"]
CMD ["--data-dir=/data", "--listen-client-urls=http://0.0.0.0:2379", "--advertise-client-urls=http://localhost:2379"]

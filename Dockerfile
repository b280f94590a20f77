# The base is pinned by its tag. Pin it by its digest as well where images are mirrored or admitted by policy.
ARG NODE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE} AS build
WORKDIR /build
COPY . .
RUN npm run build
# Without what builds and tests it.
RUN npm ci --omit=dev
RUN rm -rf packages/testkit node_modules/@sallyport/testkit packages/*/src packages/*/tsconfig* packages/*/*.tsbuildinfo

FROM ${NODE}
LABEL org.opencontainers.image.title="Sallyport" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /sallyport
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/packages ./packages
# By number, so that a cluster can tell that it is not root.
RUN install --directory --owner=1000 --group=1000 --mode=0700 /data
ENV NODE_ENV=production \
    SALLYPORT_HOST=0.0.0.0 \
    SALLYPORT_PORT=3300 \
    SALLYPORT_DATA_DIR=/data
USER 1000:1000
VOLUME /data
EXPOSE 3300
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SALLYPORT_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=32", "packages/server/dist/main.js"]
CMD ["serve"]

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src src
RUN node_modules/.bin/tsc --noEmit false && npm ci --omit=dev --omit=optional --ignore-scripts

# No compiler, no embedded PostgreSQL: an image is given DATABASE_URL.
FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 ROLE=all
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY drizzle drizzle
COPY assets assets
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=4s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Node itself, not npm: signals must reach it.
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=30", "dist/main.js", "serve"]

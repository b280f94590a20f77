/** A part of the code that may import only what its row says. */
export interface Room {
  readonly name: string
  /** Files, relative to packages/: `*` is one name, `**` whatever is below. The first room that fits a file has it. */
  readonly holds: string
  /** Other rooms it may import. */
  readonly rooms: readonly string[]
  /** What it may import from npm and from Node; `*` is anything, `node:*` anything of Node's. */
  readonly strangers: readonly string[]
  /** Of these strangers, only these names. */
  readonly only?: Readonly<Record<string, readonly string[]>>
  /** Other rooms that its tests may import besides. */
  readonly tests?: readonly string[]
  /** Each folder that the pattern's `*` stands for is shut off from the others. */
  readonly apart?: true
}

/** Node's modules that reach neither a network, nor a file, nor the environment. */
const harmless = [
  'node:async_hooks',
  'node:buffer',
  'node:crypto',
  'node:events',
  'node:stream',
  'node:stream/promises',
  'node:stream/web',
  'node:timers/promises',
  'node:url',
  'node:util',
  'node:zlib',
]

const base = ['contract', 'core base']
const allOfCore = [
  ...base,
  'core destination',
  'core egress',
  'core vault',
  'core key services',
  'core template',
  'core schemes',
  'core scheme',
  'core traces',
  'core credentials',
  'core call',
  'core files',
  'core steps',
  'core operations',
  'core openapi',
  'core operation import',
  'core integrations',
  'core accounts',
  'core connect links',
  'core apps',
  'core events',
  'core environments',
  'core identity',
  'core audit',
  'core encryption',
  'core people',
  'core organizations',
  'core transfer',
  'core previews',
]
const feature = [
  ...base,
  'core audit',
  'core destination',
  'core vault',
  'core template',
  'core schemes',
  'core credentials',
]

/** Who may import what. `docs/architecture.md` shows the same table to people. */
export const rooms: readonly Room[] = [
  { name: 'contract', holds: 'contract/src/**', rooms: [], strangers: ['zod'] },

  {
    name: 'core front door',
    holds: 'core/src/index.ts',
    rooms: [...allOfCore, 'core broker'],
    strangers: [],
  },
  { name: 'core broker', holds: 'core/src/broker/**', rooms: allOfCore, strangers: harmless },
  // node:vm cuts off a definition's pattern that would match for ever.
  // node:tls reads a PFX, which nothing else of Node's does; without a connection.
  {
    name: 'core base',
    holds: 'core/src/*.ts',
    rooms: ['contract'],
    strangers: [...harmless, 'node:vm', 'node:tls'],
    only: { 'node:tls': ['createSecureContext'] },
  },
  {
    name: 'core destination',
    holds: 'core/src/destination/**',
    rooms: base,
    strangers: [...harmless, 'tldts', 'node:net'],
    only: { 'node:net': ['BlockList', 'isIP', 'isIPv4', 'isIPv6', 'SocketAddress'] },
  },
  {
    name: 'core egress',
    holds: 'core/src/egress/**',
    rooms: [...base, 'core destination'],
    strangers: [
      ...harmless,
      'undici',
      'ssh2',
      'node:dns',
      'node:dns/promises',
      'node:http',
      'node:https',
      'node:net',
      'node:tls',
    ],
  },
  { name: 'core vault', holds: 'core/src/vault/**', rooms: base, strangers: harmless },
  {
    name: 'core key services',
    holds: 'core/src/key-services/**',
    rooms: [...base, 'core destination', 'core egress', 'core vault'],
    strangers: harmless,
  },
  {
    name: 'core template',
    holds: 'core/src/template/**',
    rooms: [...base, 'core destination'],
    strangers: harmless,
  },
  {
    name: 'core schemes',
    holds: 'core/src/schemes/*.ts',
    rooms: [...base, 'core destination', 'core egress', 'core template', 'core scheme'],
    strangers: [...harmless, 'fast-xml-parser', 'jose'],
  },
  {
    name: 'core scheme',
    holds: 'core/src/schemes/*/**',
    rooms: [...base, 'core destination', 'core egress', 'core template', 'core schemes'],
    strangers: [...harmless, 'oauth4webapi', 'jose'],
    apart: true,
  },
  {
    name: 'core traces',
    holds: 'core/src/traces/**',
    rooms: [...base, 'core destination', 'core schemes'],
    strangers: harmless,
  },
  {
    name: 'core credentials',
    holds: 'core/src/credentials/**',
    rooms: [
      ...base,
      ...['core audit', 'core destination', 'core vault', 'core schemes', 'core template', 'core traces'],
    ],
    strangers: harmless,
  },
  {
    name: 'core call',
    holds: 'core/src/call/**',
    rooms: [...base, 'core destination', 'core template', 'core egress', 'core schemes', 'core credentials'],
    strangers: harmless,
  },
  {
    name: 'core files',
    holds: 'core/src/files/**',
    rooms: [...base, 'core destination', 'core egress', 'core schemes', 'core credentials', 'core call'],
    strangers: harmless,
  },
  // Starts processes of its own, in which hostile input can do no harm.
  {
    name: 'core steps',
    holds: 'core/src/operations/steps/**',
    rooms: [...base, 'core schemes'],
    strangers: [
      ...harmless,
      ...['ajv', 'ajv/dist/2019.js', 'ajv/dist/2020.js', 'ajv-draft-04', 'ajv-formats'],
      ...['@zip.js/zip.js', 'fast-xml-parser', 'jose'],
      ...['node:child_process', 'node:fs', 'node:module', 'node:path', 'node:process', 'node:vm'],
    ],
    only: {
      'node:child_process': ['spawn', 'ChildProcessByStdio'],
      'node:fs': ['existsSync', 'readFileSync'],
    },
  },
  {
    name: 'core operation import',
    holds: 'core/src/operations/import/**',
    rooms: [...base, 'core audit', 'core integrations', 'core openapi', 'core operations'],
    strangers: harmless,
  },
  {
    name: 'core operations',
    holds: 'core/src/operations/*.ts',
    rooms: [
      ...base,
      ...['core audit', 'core destination', 'core template', 'core schemes', 'core call', 'core files'],
      'core steps',
      'core vault',
    ],
    strangers: harmless,
  },
  { name: 'core integrations', holds: 'core/src/integrations/**', rooms: feature, strangers: harmless },
  { name: 'core accounts', holds: 'core/src/accounts/**', rooms: feature, strangers: harmless },
  {
    name: 'core connect links',
    holds: 'core/src/connect-links/**',
    rooms: [...feature, 'core accounts'],
    strangers: harmless,
  },
  {
    name: 'core apps',
    holds: 'core/src/apps/**',
    rooms: [...base, 'core audit', 'core environments'],
    strangers: harmless,
  },
  // Pure, but for the thread that it runs in: what somebody's document costs is taken from no call.
  {
    name: 'core openapi',
    holds: 'core/src/openapi/**',
    rooms: base,
    strangers: [...harmless, 'js-yaml', 'node:path', 'node:worker_threads'],
  },
  {
    name: 'core events',
    holds: 'core/src/events/**',
    rooms: [...base, 'core audit', 'core destination', 'core egress', 'core vault'],
    strangers: harmless,
  },
  { name: 'core environments', holds: 'core/src/environments/**', rooms: feature, strangers: harmless },
  {
    name: 'core identity',
    holds: 'core/src/identity/**',
    rooms: [...base, 'core audit', 'core destination', 'core vault'],
    strangers: [...harmless, '@node-rs/argon2', 'otpauth'],
  },
  {
    name: 'core organizations',
    holds: 'core/src/organizations/**',
    rooms: [...base, 'core audit', 'core environments', 'core identity', 'core vault'],
    strangers: harmless,
  },
  {
    name: 'core transfer',
    holds: 'core/src/transfer/**',
    rooms: [
      ...base,
      ...['core audit', 'core vault', 'core schemes', 'core credentials', 'core accounts'],
      ...['core integrations', 'core apps', 'core environments', 'core people', 'core operations'],
    ],
    strangers: [...harmless, 'age-encryption'],
  },
  {
    name: 'core previews',
    holds: 'core/src/previews/**',
    rooms: [
      ...base,
      ...['core destination', 'core egress', 'core vault', 'core template', 'core schemes', 'core traces'],
      ...['core credentials', 'core call', 'core integrations', 'core accounts'],
    ],
    strangers: harmless,
  },
  { name: 'core audit', holds: 'core/src/audit/**', rooms: [...base, 'core vault'], strangers: harmless },
  {
    name: 'core encryption',
    holds: 'core/src/encryption/**',
    rooms: [...base, 'core audit', 'core vault', 'core credentials'],
    strangers: harmless,
  },
  {
    name: 'core people',
    holds: 'core/src/people/**',
    rooms: [
      ...base,
      ...['core audit', 'core destination', 'core vault', 'core schemes', 'core scheme', 'core identity'],
    ],
    strangers: harmless,
  },

  {
    name: 'store',
    holds: 'store/src/**',
    rooms: base,
    strangers: [
      ...harmless,
      'kysely',
      '@photostructure/sqlite',
      'pg',
      'node:fs',
      'node:fs/promises',
      'node:net',
      'node:path',
    ],
    only: { 'node:net': ['isIP'] },
    tests: ['core front door'],
  },
  {
    name: 'emulator',
    holds: 'emulator/src/**',
    rooms: ['contract'],
    strangers: [...harmless, 'node:http', 'node:net'],
  },
  // What it knows is in files of data, each read when it is asked for.
  {
    name: 'catalog',
    holds: 'catalog/src/**',
    rooms: ['contract'],
    strangers: [...harmless, 'node:fs/promises'],
    tests: ['core front door'],
  },
  // What is loaded into browsers: of the contract the types, and the table of errors.
  {
    name: 'console',
    holds: 'console/src/**',
    rooms: ['contract'],
    strangers: ['react', 'react-dom', '@mantine/core', '@tanstack/react-query', '@tanstack/react-router'],
  },
  {
    name: 'server',
    holds: 'server/src/**',
    rooms: ['contract', 'core front door', 'store', 'catalog', 'emulator'],
    // OpenTelemetry's exporter opens a connection of its own, to an address that the operator names (decision 11).
    strangers: [
      'fastify',
      'pino',
      'prom-client',
      'qr',
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/exporter-trace-otlp-proto',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-base',
      'node:*',
    ],
  },
  {
    name: 'testkit',
    holds: 'testkit/src/**',
    rooms: [...base, 'emulator'],
    strangers: ['*'],
  },
]

/** What tests may import besides: the test tools, Node, and every room of their own package. */
export const testStrangers: readonly string[] = ['vitest', 'fast-check', 'node:*']
export const testRooms: readonly string[] = ['testkit']

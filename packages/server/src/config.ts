import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { parseCidrs, Secret } from '@sallyport/core'
import type { CallLimits } from './http/call-counts.ts'
import {
  headerBytes,
  idleSeconds,
  type Limits,
  operationReplyBytes,
  requestBytes,
  streamIdleSeconds,
  type WholeNumber,
} from './limits.ts'
import { readRealms } from './read-realms.ts'
import type { RealmSettings } from './realm-settings.ts'
import { secretVariables, withSecretFiles } from './secret-files.ts'
import { readTelemetry, type TelemetrySettings } from './telemetry/settings.ts'

/** Everything that the environment decides, checked, as one realm sees it: the first, unless `ofRealm` says another. */
export interface Config extends RealmSettings {
  /** Of the whole deployment. */
  readonly realms: readonly RealmSettings[]
  readonly host: string
  readonly port: number
  readonly isLoopback: boolean
  readonly allowedPrivate: ReturnType<typeof parseCidrs>['ranges']
  readonly trustedProxies: readonly string[]
  readonly practice: boolean
  /** Processes that share the port. */
  readonly workers: number
  readonly limits: Limits
  /** What one organization, key or client address may take of this node. */
  readonly callLimits: CallLimits & {
    readonly keyRequestsPerSecond: number | undefined
    readonly invalidKeysPerMinute: number
  }
  /** Grants of OAuth 2.0 that no definition may use. */
  readonly forbiddenGrants: ReadonlySet<string>
  readonly telemetry: TelemetrySettings
  /** Where entries of the audit are appended besides. */
  readonly auditFile: string | undefined
  /** Variables that look like ours and decide nothing: misspelt, or of another version. */
  readonly unknownVariables: readonly string[]
}

const variables: ReadonlySet<string> = new Set([
  'SALLYPORT_HOST',
  'SALLYPORT_PORT',
  'SALLYPORT_DATA_DIR',
  'SALLYPORT_DATABASE_URL',
  'SALLYPORT_PUBLIC_URL',
  'SALLYPORT_ENCRYPTION_KEYS',
  'SALLYPORT_KEY_SERVICE',
  'SALLYPORT_ORGANIZATION_KEYS_DIR',
  'SALLYPORT_REALMS',
  'SALLYPORT_ADMIN_KEY',
  'SALLYPORT_ALLOWED_PRIVATE_CIDRS',
  'SALLYPORT_TRUSTED_PROXIES',
  'SALLYPORT_PASSWORD_GRANT',
  'SALLYPORT_PRACTICE',
  'SALLYPORT_DEBUGGING',
  'SALLYPORT_WORKERS',
  'SALLYPORT_MAX_REQUEST_BYTES',
  'SALLYPORT_MAX_HEADER_BYTES',
  'SALLYPORT_IDLE_SECONDS',
  'SALLYPORT_STREAM_IDLE_SECONDS',
  'SALLYPORT_OPERATION_REPLY_BYTES',
  'SALLYPORT_ORGANIZATION_CONCURRENCY',
  'SALLYPORT_KEY_CONCURRENCY',
  'SALLYPORT_KEY_REQUESTS_PER_SECOND',
  'SALLYPORT_INVALID_KEYS_PER_MINUTE',
  'SALLYPORT_LOG_LEVEL',
  'SALLYPORT_LOG_CALLS',
  'SALLYPORT_METRICS_TOKEN',
  'SALLYPORT_EVENT_DAYS',
  'SALLYPORT_AUDIT_FILE',
  'SALLYPORT_CALL_EVENT_MEGABYTES',
  'SALLYPORT_TRACE_CONTEXT',
  ...secretVariables.map((variable) => `${variable}_FILE`),
])

const mostWorkersUnlessSaid = 4
const mostWorkers = 64

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the configuration, or names every fault of it. */
export function readConfig(
  said: Environment = process.env,
): { config: Config } | { faults: readonly string[] } {
  const faults: string[] = []
  const fault = (variable: string, text: string): undefined => {
    const isFromFile = said[variable] === undefined && said[`${variable}_FILE`] !== undefined
    faults.push(`${isFromFile ? `${variable}_FILE` : variable} ${text}`)
    return undefined
  }
  const environment = withSecretFiles(said, fault)
  const host = environment.SALLYPORT_HOST ?? '127.0.0.1'
  const port = readPort(environment, fault)
  const isLoopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
  if (!isLoopback && host !== '0.0.0.0' && isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host)) {
    fault('SALLYPORT_HOST', 'must be an address or a host name.')
  }
  const adminKey = readAdminKey(environment, fault)
  const realms = readRealms(environment, { host, port, adminKey }, fault)
  const config: Config = {
    ...realms[0],
    realms,
    host,
    port,
    isLoopback,
    allowedPrivate: readCidrs(environment, 'SALLYPORT_ALLOWED_PRIVATE_CIDRS', fault),
    trustedProxies: readTrustedProxies(environment, fault),
    practice: readPractice(environment, isLoopback, fault),
    workers: readWorkers(environment, fault),
    limits: readLimits(environment, fault),
    callLimits: {
      ofOrganization: readCount(environment, 'SALLYPORT_ORGANIZATION_CONCURRENCY', fault) ?? 5000,
      ofKey: readCount(environment, 'SALLYPORT_KEY_CONCURRENCY', fault),
      keyRequestsPerSecond: readCount(environment, 'SALLYPORT_KEY_REQUESTS_PER_SECOND', fault),
      invalidKeysPerMinute: readCount(environment, 'SALLYPORT_INVALID_KEYS_PER_MINUTE', fault) ?? 100,
    },
    forbiddenGrants: readForbiddenGrants(environment, fault),
    telemetry: readTelemetry(environment, fault),
    auditFile: readAuditFile(environment, realms, fault),
    unknownVariables: Object.keys(environment).filter(
      (name) => name.startsWith('SALLYPORT_') && !variables.has(name),
    ),
  }
  return faults.length > 0 ? { faults } : { config }
}

/** The same as another realm of the deployment sees it. */
export function ofRealm(config: Config, realm: RealmSettings): Config {
  return { ...config, ...realm }
}

type NameFault = (variable: string, text: string) => undefined

function readPort(environment: Environment, fault: NameFault): number {
  const text = environment.SALLYPORT_PORT ?? '3300'
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) fault('SALLYPORT_PORT', 'must be a number from 0 to 65535.')
  return port
}

function readAdminKey(environment: Environment, fault: NameFault): Secret | undefined {
  const text = environment.SALLYPORT_ADMIN_KEY
  if (text === undefined) return undefined
  if (!/^[\x21-\x7e]{32,256}$/.test(text)) {
    return fault('SALLYPORT_ADMIN_KEY', 'must be 32 to 256 visible ASCII characters without spaces.')
  }
  return new Secret(text)
}

function readCidrs(environment: Environment, variable: string, fault: NameFault): Config['allowedPrivate'] {
  const { ranges, faults } = parseCidrs(environment[variable] ?? '')
  for (const { message } of faults) fault(variable, message)
  return ranges
}

function readTrustedProxies(environment: Environment, fault: NameFault): string[] {
  readCidrs(environment, 'SALLYPORT_TRUSTED_PROXIES', fault)
  const text = environment.SALLYPORT_TRUSTED_PROXIES ?? ''
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

function readPractice(environment: Environment, isLoopback: boolean, fault: NameFault): boolean {
  const text = environment.SALLYPORT_PRACTICE
  if (text !== undefined && text !== 'on' && text !== 'off') fault('SALLYPORT_PRACTICE', 'must be on or off.')
  if (text === 'on' && !isLoopback)
    fault('SALLYPORT_PRACTICE', 'is for listening on loopback only. Set it to off.')
  return isLoopback && text !== 'off'
}

function readWorkers(environment: Environment, fault: NameFault): number {
  const text = environment.SALLYPORT_WORKERS
  if (text === undefined) return Math.min(availableParallelism(), mostWorkersUnlessSaid)
  const workers = Number(text)
  if (!/^\d{1,3}$/.test(text) || workers < 1 || workers > mostWorkers) {
    fault('SALLYPORT_WORKERS', `must be a number from 1 to ${mostWorkers}.`)
  }
  return workers
}

function readCount(environment: Environment, variable: string, fault: NameFault): number | undefined {
  const text = environment[variable]
  if (text === undefined) return undefined
  return /^[1-9]\d{0,6}$/.test(text)
    ? Number(text)
    : fault(variable, 'must be a whole number from 1 to 9999999.')
}

/** Of several realms each has its own, as their data stay apart. */
function readAuditFile(
  environment: Environment,
  realms: readonly RealmSettings[],
  fault: NameFault,
): string | undefined {
  const path = environment.SALLYPORT_AUDIT_FILE
  if (path === undefined) return undefined
  if (path === '') return fault('SALLYPORT_AUDIT_FILE', 'must be the path of a file.')
  if (realms.length > 1 && !path.includes('{realm}')) {
    return fault('SALLYPORT_AUDIT_FILE', 'must hold {realm}, so that each realm has a file of its own.')
  }
  return path
}

function readForbiddenGrants(environment: Environment, fault: NameFault): ReadonlySet<string> {
  const text = environment.SALLYPORT_PASSWORD_GRANT
  if (text !== undefined && text !== 'on' && text !== 'off')
    fault('SALLYPORT_PASSWORD_GRANT', 'must be on or off.')
  return new Set(text === 'off' ? ['password'] : [])
}

function readLimits(environment: Environment, fault: NameFault): Limits {
  const read = (variable: string, allowed: WholeNumber) => readWhole(environment, variable, allowed, fault)
  return {
    requestBytes: read('SALLYPORT_MAX_REQUEST_BYTES', requestBytes),
    headerBytes: read('SALLYPORT_MAX_HEADER_BYTES', headerBytes),
    idleMilliseconds: read('SALLYPORT_IDLE_SECONDS', idleSeconds) * 1000,
    streamIdleMilliseconds: read('SALLYPORT_STREAM_IDLE_SECONDS', streamIdleSeconds) * 1000,
    operationReplyBytes: read('SALLYPORT_OPERATION_REPLY_BYTES', operationReplyBytes),
  }
}

function readWhole(
  environment: Environment,
  variable: string,
  { standard, least, most }: WholeNumber,
  fault: NameFault,
): number {
  const text = environment[variable]
  if (text === undefined) return standard
  const value = Number(text)
  if (!/^\d{1,16}$/.test(text) || value < least || value > most) {
    fault(variable, `must be a whole number from ${least} to ${most}.`)
  }
  return value
}

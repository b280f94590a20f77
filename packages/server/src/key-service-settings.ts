import {
  type KeyServiceSettings,
  type KmsSettings,
  parseStrictJson,
  Secret,
  type TransitSettings,
} from '@sallyport/core'
import { type FaultAt, isObject, type Members, Reading } from './reading.ts'

type Environment = Readonly<Record<string, string | undefined>>

const common = ['type', 'id', 'key', 'organizationKeys']
const members: Readonly<Record<string, ReadonlySet<string>>> = {
  transit: new Set([...common, 'address', 'mount', 'namespace', 'token', 'appRole']),
  aws_kms: new Set([
    ...common,
    ...['region', 'endpoint', 'accessKeyId', 'secretAccessKey', 'sessionToken', 'pendingDeletionDays'],
  ]),
}
const name = /^[A-Za-z0-9_-]{1,32}$/
const path = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/
const visible = /^[\x21-\x7e]{1,4096}$/
const shortestPendingDays = 7
const longestPendingDays = 30

/** The same from a variable, which holds it as JSON. */
export function keyServicesIn(text: string, environment: Environment, fault: FaultAt): KeyServiceSettings[] {
  const value = parseStrictJson(Buffer.from(text))
  if (value !== undefined) return keyServicesOf(value, environment, fault)
  fault(
    '',
    'must be JSON, with each member once: {"type": "transit", "id": "vault1", "address": "https://…", …}.',
  )
  return []
}

/**
 * One key service, or several, newest first; every fault is named and no value shown. What `aws_kms` leaves out comes from
 * the variables that AWS has named for it.
 */
export function keyServicesOf(
  value: unknown,
  environment: Environment,
  fault: FaultAt,
): KeyServiceSettings[] {
  const all = Array.isArray(value) ? value : [value]
  const read = all.flatMap((each: unknown, index) => {
    const pointer = Array.isArray(value) ? `/${index}` : ''
    return keyServiceOf(each, environment, (at, text) => fault(`${pointer}${at}`, text)) ?? []
  })
  for (const [index, { id }] of read.entries()) {
    if (read.findIndex((other) => other.id === id) < index)
      fault(`/${index}/id`, 'repeats the id of an earlier one.')
  }
  return read
}

function keyServiceOf(
  value: unknown,
  environment: Environment,
  fault: FaultAt,
): KeyServiceSettings | undefined {
  const type = isObject(value) && typeof value.type === 'string' ? value.type : ''
  const allowed = Object.hasOwn(members, type) ? members[type] : undefined
  if (!isObject(value) || !allowed) {
    return fault('', `must be an object whose type is one of ${Object.keys(members).join(', ')}.`)
  }
  for (const member of Object.keys(value)) {
    if (!allowed.has(member)) fault('', `may have no member but ${[...allowed].join(', ')}.`)
  }
  const read = new Reading(value, fault)
  const { id, organizationKeys } = {
    id: read.text('id', name),
    organizationKeys: read.flag('organizationKeys'),
  }
  const settings =
    type === 'transit'
      ? transitOf(read, value, fault)
      : kmsOf(new Reading(withDefaults(value, environment), fault))
  return { ...settings, id, organizationKeys }
}

function transitOf(
  read: Reading,
  value: Members,
  fault: FaultAt,
): Omit<TransitSettings, 'id' | 'organizationKeys'> {
  return {
    type: 'transit',
    address: read.address('address'),
    mount: read.text('mount', path, 'transit'),
    key: read.text('key', /^[\w.-]{1,64}$/, 'sallyport'),
    namespace: value.namespace === undefined ? undefined : read.text('namespace', path),
    login: loginOf(read, value, fault),
  }
}

function loginOf(read: Reading, { token, appRole }: Members, fault: FaultAt): TransitSettings['login'] {
  if ((token === undefined) === (appRole === undefined)) {
    fault('', 'must have one of token and appRole.')
  }
  if (appRole === undefined)
    return { token: new Secret(token === undefined ? '' : read.text('token', visible)) }
  const role = new Reading(isObject(appRole) ? appRole : {}, (at, text) => fault(`/appRole${at}`, text))
  return {
    mount: role.text('mount', path, 'approle'),
    roleId: role.text('roleId', visible),
    secretId: new Secret(role.text('secretId', visible)),
  }
}

function kmsOf(read: Reading): Omit<KmsSettings, 'id' | 'organizationKeys'> {
  const region = read.text('region', /^[a-z0-9-]{1,64}$/)
  return {
    type: 'aws_kms',
    region,
    endpoint: read.address('endpoint', `https://kms.${region}.amazonaws.com`),
    key: read.text('key', /^[\w/:.-]{1,2048}$/),
    accessKeyId: read.text('accessKeyId', /^\w{16,128}$/),
    secretAccessKey: new Secret(read.text('secretAccessKey', visible)),
    sessionToken: read.has('sessionToken') ? new Secret(read.text('sessionToken', visible)) : undefined,
    pendingDeletionDays: read.days('pendingDeletionDays', shortestPendingDays, longestPendingDays),
  }
}

function withDefaults(value: Members, environment: Environment): Members {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_KMS, AWS_ENDPOINT_URL } = environment
  // Whoever gives a key of their own does not mean the session of the environment's.
  const own = value.accessKeyId !== undefined || value.secretAccessKey !== undefined
  return {
    region: AWS_REGION ?? AWS_DEFAULT_REGION,
    endpoint: AWS_ENDPOINT_URL_KMS ?? AWS_ENDPOINT_URL,
    ...(!own && {
      accessKeyId: environment.AWS_ACCESS_KEY_ID,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
      sessionToken: environment.AWS_SESSION_TOKEN,
    }),
    ...value,
  }
}

/** Whether two services are the same keys, whatever they are called. */
export function isSameKey(one: KeyServiceSettings, other: KeyServiceSettings): boolean {
  return placeOf(one) === placeOf(other)
}

function placeOf(settings: KeyServiceSettings): string {
  if (settings.type === 'aws_kms') return JSON.stringify([settings.endpoint, settings.region, settings.key])
  const { address, namespace, mount, key } = settings
  return JSON.stringify([address, namespace, mount, key])
}

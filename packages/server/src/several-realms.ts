import { join, relative, resolve, sep } from 'node:path'
import { parseStrictJson } from '@sallyport/core'
import { hostsOf } from './http/hosts-of.ts'
import { isSameKey, keyServicesOf } from './key-service-settings.ts'
import { type FaultAt, isObject } from './reading.ts'
import { databaseOf, type Fault, keyRingOf, publicUrlOf, type RealmSettings } from './realm-settings.ts'

const namePattern = /^[a-z][a-z0-9-]{0,31}$/
const members: ReadonlySet<string> = new Set([
  'publicUrl',
  'databaseUrl',
  'encryptionKeys',
  'keyService',
  'organizationKeysFolder',
])

/**
 * Reads `{"us": {"publicUrl": …, "databaseUrl": …, "encryptionKeys": …}, …}`, the first of them first, or names every
 * fault without showing a value. A realm whose database is elsewhere has its files in a folder of its name.
 */
export function readSeveralRealms(text: string, place: Place, fault: FaultAt): readonly RealmSettings[] {
  const value = parseStrictJson(Buffer.from(text))
  if (!isObject(value) || Object.keys(value).length === 0) {
    fault(
      '',
      'must be a JSON object of realms, each of which is named once: {"us": {"publicUrl": "https://…", "databaseUrl": "…"}}.',
    )
    return []
  }
  const realms = Object.entries(value).flatMap(
    ([name, said]) => readRealm({ name, said, ...place }, fault) ?? [],
  )
  for (const [index, realm] of realms.entries()) {
    for (const earlier of realms.slice(0, index)) nameShared(realm, earlier, fault)
  }
  return realms
}

interface Place {
  /** In which realms have their folders whose database is elsewhere. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

interface Said extends Place {
  readonly name: string
  readonly said: unknown
}

function readRealm({ name, said, folder, environment }: Said, fault: FaultAt): RealmSettings | undefined {
  if (!namePattern.test(name)) {
    return fault('', `names a realm that does not match ${namePattern.source}.`)
  }
  const pointer = `/${name}`
  if (!isObject(said)) return fault(pointer, `must be an object with ${[...members].join(', ')}.`)
  const unknown = Object.keys(said).filter((member) => !members.has(member))
  if (unknown.length > 0) fault(pointer, `may have no member but ${[...members].join(', ')}.`)
  const read = <Value>(member: string, parse: (text: string, fault: Fault) => Value | undefined) => {
    const text = said[member]
    const of: Fault = (what) => fault(`${pointer}/${member}`, what)
    return typeof text === 'string'
      ? parse(text, of)
      : of(text === undefined ? 'is required.' : 'must be a string.')
  }
  const publicUrl = read('publicUrl', publicUrlOf)
  const database = read('databaseUrl', databaseOf)
  const keyRing = said.encryptionKeys === undefined ? undefined : read('encryptionKeys', keyRingOf)
  const ownKeys =
    said.organizationKeysFolder === undefined
      ? undefined
      : read('organizationKeysFolder', (text, of) =>
          text === '' ? of('must name a folder.') : resolve(text),
        )
  const keyServices =
    said.keyService === undefined
      ? []
      : keyServicesOf(said.keyService, environment, (at, what) => fault(`${pointer}/keyService${at}`, what))
  if (publicUrl === undefined || !database) return undefined
  return {
    realm: name,
    dataFolder: database.folder === undefined ? join(folder, name) : resolve(database.folder),
    postgres: database.postgres,
    publicUrl,
    keyRing,
    keyServices,
    organizationKeysFolder: ownKeys,
    adminKey: undefined,
    named: {
      dataFolder: `SALLYPORT_REALMS ${pointer}: its folder`,
      databaseUrl: `SALLYPORT_REALMS ${pointer}/databaseUrl`,
      encryptionKeys: `SALLYPORT_REALMS ${pointer}/encryptionKeys`,
      keyService: `SALLYPORT_REALMS ${pointer}/keyService`,
      organizationKeysFolder: `SALLYPORT_REALMS ${pointer}/organizationKeysFolder`,
    },
  }
}

/** Names what two realms would share. */
function nameShared(realm: RealmSettings, earlier: RealmSettings, fault: FaultAt): void {
  const at = (member: string, what: string) => fault(`/${realm.realm}/${member}`, what)
  const other = earlier.realm
  if (hostsOf(realm.publicUrl).some((host) => hostsOf(earlier.publicUrl).includes(host))) {
    at(
      'publicUrl',
      `has the host of the realm ${other}. Requests reach their realm by host: give each its own.`,
    )
  }
  if (isSameDatabase(realm, earlier)) {
    at('databaseUrl', `is the database of the realm ${other}. Give each its own.`)
  } else if (
    isWithin(realm.dataFolder, earlier.dataFolder) ||
    isWithin(earlier.dataFolder, realm.dataFolder)
  ) {
    at(
      'databaseUrl',
      `has its files in the folder of the realm ${other}, or the other way round. Give each a folder of its own, beside each other; SALLYPORT_DATA_DIR holds those of a realm on PostgreSQL.`,
    )
  }
  if (realm.keyRing && earlier.keyRing?.shares(realm.keyRing)) {
    at('encryptionKeys', `holds a key of the realm ${other}. Give each its own.`)
  }
  if (realm.keyServices.some((one) => earlier.keyServices.some((another) => isSameKey(one, another)))) {
    at('keyService', `is a key of the realm ${other}. Give each its own.`)
  }
  const [own, others] = [realm.organizationKeysFolder, earlier.organizationKeysFolder]
  if (own !== undefined && own === others) {
    at('organizationKeysFolder', `is the folder of the realm ${other}. Give each its own.`)
  }
}

function isSameDatabase(
  { postgres: one, dataFolder }: RealmSettings,
  { postgres: other, ...rest }: RealmSettings,
): boolean {
  if (!one || !other) return one === other && dataFolder === rest.dataFolder
  const place = ({ host, port, database }: typeof one) => `${host.toLowerCase()}:${port}/${database}`
  return place(one) === place(other)
}

/** Whether a copy of the outer folder would hold the inner one. */
function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner)
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`))
}

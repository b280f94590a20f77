import { resolve } from 'node:path'
import type { Secret } from '@sallyport/core'
import { keyServicesIn } from './key-service-settings.ts'
import { databaseOf, type Fault, keyRingOf, publicUrlOf, type RealmSettings } from './realm-settings.ts'
import { readSeveralRealms } from './several-realms.ts'

type Environment = Readonly<Record<string, string | undefined>>
type NameFault = (variable: string, text: string) => undefined

interface Listening {
  readonly host: string
  readonly port: number
  readonly adminKey: Secret | undefined
}

/** The realms of a deployment. */
export function readRealms(
  environment: Environment,
  listening: Listening,
  fault: NameFault,
): readonly [RealmSettings, ...RealmSettings[]] {
  const only = onlyRealm(environment, listening, fault)
  const text = environment.SALLYPORT_REALMS
  if (text === undefined) return [only]
  for (const [variable, member] of Object.entries(saidByRealms)) {
    if (environment[variable] === undefined) continue
    fault(
      variable,
      `contradicts SALLYPORT_REALMS. Give it to the realm that is meant, as ${member}, and unset it.`,
    )
  }
  const folder = resolve(environment.SALLYPORT_DATA_DIR ?? './data')
  const [first, ...others] = readSeveralRealms(text, { folder, environment }, (at, what) =>
    fault('SALLYPORT_REALMS', at === '' ? what : `${at} ${what}`),
  )
  // Without any, what is wrong was named.
  return first ? [{ ...first, adminKey: listening.adminKey }, ...others] : [only]
}

const saidByRealms = {
  SALLYPORT_DATABASE_URL: 'databaseUrl',
  SALLYPORT_PUBLIC_URL: 'publicUrl',
  SALLYPORT_ENCRYPTION_KEYS: 'encryptionKeys',
  SALLYPORT_KEY_SERVICE: 'keyService',
  SALLYPORT_ORGANIZATION_KEYS_DIR: 'organizationKeysFolder',
}

/** As variables of its own say, where nobody speaks of realms. */
function onlyRealm(
  environment: Environment,
  { host, port, adminKey }: Listening,
  nameFault: NameFault,
): RealmSettings {
  const of =
    (variable: string): Fault =>
    (text) =>
      nameFault(variable, text)
  const { SALLYPORT_DATABASE_URL: url, SALLYPORT_PUBLIC_URL: publicUrl } = environment
  const { SALLYPORT_DATA_DIR: folder, SALLYPORT_ENCRYPTION_KEYS: keys } = environment
  const { SALLYPORT_KEY_SERVICE: services, SALLYPORT_ORGANIZATION_KEYS_DIR: ownKeys } = environment
  if (ownKeys === '') nameFault('SALLYPORT_ORGANIZATION_KEYS_DIR', 'must name a folder.')
  if (folder === '') nameFault('SALLYPORT_DATA_DIR', 'must name a folder.')
  const database = url === undefined ? undefined : databaseOf(url, of('SALLYPORT_DATABASE_URL'))
  const listenUrl = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return {
    realm: 'default',
    dataFolder: resolve(database?.folder ?? folder ?? './data'),
    postgres: database?.postgres,
    publicUrl:
      (publicUrl === undefined ? undefined : publicUrlOf(publicUrl, of('SALLYPORT_PUBLIC_URL'))) ?? listenUrl,
    keyRing: keys === undefined ? undefined : keyRingOf(keys, of('SALLYPORT_ENCRYPTION_KEYS')),
    keyServices:
      services === undefined
        ? []
        : keyServicesIn(services, environment, (at, what) =>
            nameFault('SALLYPORT_KEY_SERVICE', at === '' ? what : `${at} ${what}`),
          ),
    organizationKeysFolder: ownKeys === undefined ? undefined : resolve(ownKeys),
    adminKey,
    named: {
      dataFolder: 'SALLYPORT_DATA_DIR',
      databaseUrl: 'SALLYPORT_DATABASE_URL',
      encryptionKeys: 'SALLYPORT_ENCRYPTION_KEYS',
      keyService: 'SALLYPORT_KEY_SERVICE',
      organizationKeysFolder: 'SALLYPORT_ORGANIZATION_KEYS_DIR',
    },
  }
}

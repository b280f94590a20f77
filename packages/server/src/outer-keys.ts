import { randomBytes } from 'node:crypto'
import {
  type KeyRing,
  keyServiceKeys,
  type OuterKeys,
  ringAndOrganizationKeys,
  ringKeys,
  severalOuterKeys,
} from '@sallyport/core'
import { keyRingIn, keyRingOfFolder } from './key-file.ts'
import { organizationKeyFolder } from './organization-key-folder.ts'
import type { RealmSettings } from './realm-settings.ts'
import { StartRefused } from './start-refused.ts'

interface Clock {
  now(): number
}

/**
 * The outer keys that the configuration names: of key services, where there are any, and of the key ring, which then only
 * unwraps what it wrapped earlier. Nothing is asked of a service yet.
 *
 * @throws StartRefused
 */
export function outerKeysOf(
  settings: RealmSettings,
  databaseExists: boolean,
  clock: Clock = { now: () => Date.now() },
): OuterKeys {
  const random = { bytes: randomBytes }
  const [first, ...others] = settings.keyServices.map((each) => keyServiceKeys(each, { clock, random }))
  if (!first) return ofRing(settings.keyRing ?? keyRingOfFolder(settings, databaseExists), settings)
  const ring = settings.keyRing ?? keyRingIn(settings.dataFolder)
  const keys = severalOuterKeys([first, ...others, ...(ring ? [ofRing(ring, settings)] : [])])
  const repeated = keys.ids.find((id, index) => keys.ids.indexOf(id) < index)
  if (repeated === undefined) return keys
  throw new StartRefused([
    `${settings.named.keyService} has the id "${repeated}", which a key of the key ring has too. Give it another.`,
  ])
}

function ofRing(ring: KeyRing, { organizationKeysFolder: folder }: RealmSettings): OuterKeys {
  const random = { bytes: randomBytes }
  return folder === undefined
    ? ringKeys(ring, random)
    : ringAndOrganizationKeys(ring, organizationKeyFolder(folder), random)
}

import type { Config } from './config.ts'
import { keyRingIn } from './key-file.ts'
import type { RealmSettings } from './realm-settings.ts'
import { StartRefused } from './start-refused.ts'

/**
 * Refuses key files that were copied from one realm to another; of keys that the configuration holds it has done so.
 *
 * @throws StartRefused before anything is opened
 */
export function refuseSharedKeys({ realms }: Pick<Config, 'realms'>): void {
  const known = realms.map(({ keyRing, dataFolder }) => keyRing ?? keyRingIn(dataFolder))
  const faults = realms.flatMap(({ realm, named }, index) => {
    const other = realms.find((_, earlier) => {
      const [one, another] = [known[index], known[earlier]]
      return earlier < index && one && another?.shares(one)
    })
    if (!other) return []
    return [
      `${named.encryptionKeys}: the realm ${realm} has a key of the realm ${other.realm}. Give each its own.`,
    ]
  })
  if (faults.length > 0) throw new StartRefused(faults)
}

/**
 * Opens something for each realm in turn. Where one refuses, the others are closed again, and all that refuse say why.
 *
 * @throws StartRefused
 */
export async function openEach<Opened>(
  realms: readonly RealmSettings[],
  open: (realm: RealmSettings, isFirst: boolean) => Promise<Opened>,
  close: (opened: Opened) => Promise<void>,
): Promise<readonly Opened[]> {
  const opened: Opened[] = []
  const refusals: unknown[] = []
  for (const [index, realm] of realms.entries()) {
    await open(realm, index === 0).then(
      (each) => opened.push(each),
      (error: unknown) => refusals.push(error),
    )
  }
  if (refusals.length === 0) return opened
  await Promise.allSettled(opened.map(close))
  for (const refusal of refusals) if (!(refusal instanceof StartRefused)) throw refusal
  throw new StartRefused(
    refusals.flatMap((refusal) => (refusal instanceof StartRefused ? refusal.faults : [])),
  )
}

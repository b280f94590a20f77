import { isOutOfReach } from '@sallyport/core'
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

/** What became of each realm. */
export interface OpenedEach<Opened> {
  readonly opened: readonly Opened[]
  /** Their key services cannot be reached yet; the others do without them meanwhile. */
  readonly late: readonly RealmSettings[]
}

/**
 * Opens something for each realm in turn. Where one refuses, the others are closed again, and all that refuse say why.
 *
 * @throws StartRefused; KeyServiceFailure where no realm can be opened yet
 */
export async function openEach<Opened>(
  realms: readonly RealmSettings[],
  open: (realm: RealmSettings, isFirst: boolean) => Promise<Opened>,
  close: (opened: Opened) => Promise<void>,
): Promise<OpenedEach<Opened>> {
  const opened: Opened[] = []
  const late: RealmSettings[] = []
  const refusals: unknown[] = []
  const outOfReach: unknown[] = []
  for (const realm of realms) {
    await open(realm, opened.length === 0).then(
      (each) => opened.push(each),
      (error: unknown) => {
        if (!isOutOfReach(error)) return refusals.push(error)
        outOfReach.push(error)
        return late.push(realm)
      },
    )
  }
  if (refusals.length === 0 && opened.length > 0) return { opened, late }
  await Promise.allSettled(opened.map(close))
  for (const refusal of refusals) if (!(refusal instanceof StartRefused)) throw refusal
  if (refusals.length === 0) throw outOfReach[0]
  throw new StartRefused(
    refusals.flatMap((refusal) => (refusal instanceof StartRefused ? refusal.faults : [])),
  )
}

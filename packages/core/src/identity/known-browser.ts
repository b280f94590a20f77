import type { Clock, PersonRecord } from '../ports.ts'
import type { Vault } from '../vault/vault.ts'

interface Ports {
  readonly vault: Vault
  readonly clock: Clock
}

type Person = Pick<PersonRecord, 'organizationId' | 'id'>

/** How long a browser is known for, and how long its cookie lives. */
export const knownBrowserSeconds = 180 * 86_400

/**
 * What a browser keeps that somebody has logged in with. It proves nothing but that, and lets nobody in: attempts from
 * elsewhere do not stand in the way of this browser's own.
 */
export async function newKnownBrowser({ vault, clock }: Ports, person: Person): Promise<string> {
  const sealed = await vault.seal('known_browser', context(person), JSON.stringify({ at: clock.now() }))
  return sealed.toString('base64url')
}

/** Whether this person has logged in with the browser that sends this. */
export async function isKnownBrowser(
  { vault, clock }: Ports,
  person: Person,
  text: string,
): Promise<boolean> {
  if (text.length > 1000) return false
  try {
    const opened = await vault.open('known_browser', context(person), Buffer.from(text, 'base64url'))
    const { at } = JSON.parse(opened) as { at: number }
    return clock.now() - at < knownBrowserSeconds * 1000
  } catch {
    return false
  }
}

function context({ organizationId, id }: Person) {
  const place = { environment: '', table: 'person', column: 'known_browser', generation: 0 }
  return { organizationId, rowId: id, ...place }
}

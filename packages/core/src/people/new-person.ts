import { newId } from '../id.ts'
import type { Clock, PersonRecord, Random } from '../ports.ts'

/** Somebody who has never logged in. */
export function newPerson(
  ports: { readonly clock: Clock; readonly random: Random },
  given: Pick<PersonRecord, 'organizationId' | 'email' | 'name' | 'role' | 'passwordHash'>,
): PersonRecord {
  const now = ports.clock.now()
  return {
    ...given,
    id: newId('usr', ports),
    totp: undefined,
    disabled: false,
    createdAt: now,
    updatedAt: now,
    lastLoginAt: undefined,
    version: 1,
  }
}

import { newId } from '../id.ts'
import type { Clock, PersonRecord, Random } from '../ports.ts'

/** A person's row as it begins. */
export function newPerson(
  ports: { readonly clock: Clock; readonly random: Random },
  given: Pick<PersonRecord, 'organizationId' | 'email' | 'name' | 'role' | 'passwordHash'>,
): PersonRecord {
  const { organizationId, email, name, role, passwordHash } = given
  const now = ports.clock.now()
  return {
    ...{ organizationId, id: newId('usr', ports), email, name, role, passwordHash },
    ...{ totp: undefined, disabled: false, createdAt: now, updatedAt: now },
    ...{ lastLoginAt: undefined, version: 1 },
  }
}

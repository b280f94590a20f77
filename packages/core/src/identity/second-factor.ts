import { SallyportError } from '../error.ts'
import type { Clock, PersonRecord, Store } from '../ports.ts'
import { sealedColumns } from '../sealed-columns.ts'
import { Secret } from '../secret.ts'
import type { Vault } from '../vault/vault.ts'
import { recoveryCodeDigest } from './recovery-codes.ts'
import { totpStep } from './totp.ts'

const { purpose, place } = sealedColumns.personTotp

interface Ports {
  readonly store: Store
  readonly clock: Clock
  readonly vault: Vault
}

/** Seals the secret of a person's authenticator. */
export function sealTotp(vault: Vault, person: PersonRecord, secret: Secret): Promise<Buffer> {
  return vault.seal(purpose, place(person), secret.reveal())
}

/**
 * Takes a code of the person's authenticator, or one of their recovery codes: each is good once.
 *
 * @throws SallyportError code_invalid
 */
export async function takeCode(ports: Ports, person: PersonRecord, code: string): Promise<void> {
  if (person.totp && (await isTotp(ports, person, person.totp, code))) return
  const digest = recoveryCodeDigest(person.id, code)
  const isRecovery =
    digest !== undefined &&
    (await ports.store.people.takeRecoveryCode(person.organizationId, person.id, digest))
  if (!isRecovery) throw new SallyportError('code_invalid')
}

async function isTotp(
  { vault, clock, store }: Ports,
  person: PersonRecord,
  sealed: Buffer,
  code: string,
): Promise<boolean> {
  const secret = new Secret(await vault.open(purpose, place(person), sealed))
  const step = totpStep(secret, code, clock.now())
  return step !== undefined && store.people.takeTotpStep(person.organizationId, person.id, step)
}

import { type Definition, type Fault, faultsOf, schemes } from '@sallyport/contract'
import type { Clock } from '../ports.ts'
import { schemeOf } from '../schemes/index.ts'
import type { Credential } from '../schemes/scheme.ts'
import { Secret } from '../secret.ts'

/** What an account's owner gave, as the definition's type takes it. */
export interface SecretInput {
  readonly credential: Pick<Credential, 'secret' | 'tokens'>
  readonly faults: readonly Fault[]
}

/** Reads an account's `secret`: tokens that live already, or what the type is used with. */
export function readSecretInput(
  clock: Clock,
  definition: Definition,
  given: Readonly<Record<string, unknown>> | undefined,
): SecretInput {
  const none = { secret: {}, tokens: undefined }
  const scheme = schemeOf(definition)
  if (given === undefined) return { credential: none, faults: scheme.secretFaults(definition, {}) }
  const parsed = schemes[definition.auth.type].secret.safeParse(given)
  if (!parsed.success) return { credential: none, faults: faultsOf(parsed.error, '/secret') }
  const faults = scheme.secretFaults(definition, parsed.data)
  const tokens = scheme.adopt?.(parsed.data, { clock })
  if (tokens) return { credential: { secret: {}, tokens }, faults }
  const secret = Object.entries(parsed.data).map(([name, value]) => [name, new Secret(String(value))])
  return { credential: { secret: Object.fromEntries(secret), tokens: undefined }, faults }
}

import { type Definition, type Fault, faultsOf, IntegrationInput, type Warning } from '@sallyport/contract'
import { invalid } from '../error.ts'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import { hostFaults } from './check-hosts.ts'
import { parameterFaults } from './check-parameters.ts'
import { placementFaults } from './check-placement.ts'
import { templateFaults } from './check-templates.ts'
import { urlFaults, urlWarnings } from './check-urls.ts'
import { fieldsOf } from './fields.ts'
import { schemeNamed } from '../schemes/index.ts'

/** A definition that holds, and what its owner should know of it. */
export interface CheckedDefinition {
  readonly definition: Definition
  readonly warnings: readonly Warning[]
}

/**
 * Checks a definition whole. The checks between fields also run on what the schema rejects, each taking
 * from it what is well-formed, so that every fault is named at once.
 *
 * @throws SallyportError definition_invalid with all faults
 */
export function checkDefinition(policy: ConnectionPolicy, raw: unknown): CheckedDefinition {
  const shape = IntegrationInput.safeParse(raw)
  const fields = fieldsOf(raw)
  const found: Fault[] = [
    ...(shape.success ? [] : faultsOf(shape.error)),
    ...parameterFaults(fields),
    ...templateFaults(fields),
    ...urlFaults(policy, fields),
    ...hostFaults(fields),
    ...placementFaults(fields),
    ...(schemeNamed(fields.auth.type)?.faults(fields.auth) ?? []),
  ]
  const faults = withoutRepeats(found)
  if (!shape.success || faults.length > 0) throw invalid('definition_invalid', faults)
  return { definition: shape.data, warnings: urlWarnings(fields) }
}

/** One fault a path and code: the schema's sentence stands where a later check says the same. */
function withoutRepeats(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>()
  return faults.filter(({ path, code }) => {
    const place = `${path} ${code}`
    if (seen.has(place)) return false
    seen.add(place)
    return true
  })
}

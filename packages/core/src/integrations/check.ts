import { type Definition, type Fault, faultsOf, IntegrationInput, type Warning } from '@sallyport/contract'
import type { ConnectionPolicy } from '../credentials/connection.ts'
import { checkDepth } from '../definition-depth.ts'
import { invalid } from '../error.ts'
import { schemeNamed } from '../schemes/index.ts'
import { hostFaults } from './check-hosts.ts'
import { parameterFaults } from './check-parameters.ts'
import { placementFaults } from './check-placement.ts'
import { providerFaults } from './check-provider.ts'
import { refusedFaults } from './check-refused.ts'
import { templateFaults } from './check-templates.ts'
import { tlsFaults } from './check-tls.ts'
import { trafficFaults } from './check-traffic.ts'
import { urlFaults, urlWarnings } from './check-urls.ts'
import { type Fields, fieldsOf } from './fields.ts'

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
  checkDepth(raw)
  const shape = IntegrationInput.safeParse(raw)
  const fields = fieldsOf(raw)
  const misshapen = shape.success ? [] : faultsOf(shape.error)
  const faults = together(misshapen, [...fieldFaults(policy, fields), ...schemeFaults(policy, fields)])
  if (!shape.success || faults.length > 0) throw invalid('definition_invalid', faults)
  return { definition: shape.data, warnings: urlWarnings(fields) }
}

/** What is wrong between the fields of a definition, whatever its type. */
export function fieldFaults(policy: ConnectionPolicy, fields: Fields): Fault[] {
  return [
    ...parameterFaults(fields),
    ...templateFaults(fields),
    ...urlFaults(policy, fields),
    ...hostFaults(fields),
    ...placementFaults(fields),
    ...tlsFaults(fields),
    ...refusedFaults(fields),
    ...trafficFaults(fields),
    ...providerFaults(fields),
  ]
}

/** What its type finds wrong with it. */
export function schemeFaults(policy: ConnectionPolicy, { auth, raw }: Fields): readonly Fault[] {
  return schemeNamed(auth.type)?.faults(auth, { ...policy, hasTls: raw.tls !== undefined }) ?? []
}

/** The schema's sentence stands where a later check says the same; of the others each is said once. */
export function together(misshapen: readonly Fault[], found: readonly Fault[]): Fault[] {
  const seen = new Set(misshapen.map(({ path, code }) => `${path} ${code}`))
  const others = found.filter(({ path, code, message }) => {
    const place = `${path} ${code} ${message}`
    if (seen.has(`${path} ${code}`) || seen.has(place)) return false
    seen.add(place)
    return true
  })
  return [...misshapen, ...others]
}

import type { Fault } from '@sallyport/contract'
import { schemeNamed } from '../schemes/index.ts'
import type { Fields } from './fields.ts'

/** Fields that mean nothing to the definition's type: kept, they would seem to have an effect. */
export function refusedFaults({ raw, auth }: Fields): Fault[] {
  const refused = schemeNamed(auth.type)?.refused ?? []
  return refused
    .filter((name) => Object.hasOwn(raw, name) && raw[name] !== undefined)
    .map((name) => ({
      path: `/${name}`,
      code: 'not_for_this_type',
      message: `Definitions of the type ${String(auth.type)} have no ${name}. Remove it.`,
    }))
}

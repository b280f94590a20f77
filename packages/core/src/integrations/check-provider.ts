import type { Fault } from '@sallyport/contract'
import type { Fields } from './fields.ts'

/** A definition that says where it comes from says of which version it is a copy. */
export function providerFaults({ raw }: Fields): Fault[] {
  const isGiven = (name: string) => raw[name] !== undefined
  if (isGiven('provider') && !isGiven('providerVersion')) {
    const message =
      'Only a definition that is being created is taken from the catalogue. Give the version that it was copied from, too, or remove this.'
    return [{ path: '/providerVersion', code: 'required', message }]
  }
  if (isGiven('provider')) return []
  return ['providerVersion', 'api', 'version'].filter(isGiven).map((name) => ({
    path: `/${name}`,
    code: 'no_provider',
    message: 'This belongs to an entry of the catalogue. Give `provider`, or remove it.',
  }))
}

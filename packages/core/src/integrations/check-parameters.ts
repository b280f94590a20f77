import type { Fault } from '@sallyport/contract'
import { matchesPattern } from '../pattern.ts'
import type { Fields } from './fields.ts'

/** Faults between a parameter's own fields, and between parameters. */
export function parameterFaults(fields: Fields): Fault[] {
  const seen = new Set<string>()
  return fields.parameters.flatMap(({ path, parameter }) => {
    const faults: Fault[] = []
    if (seen.has(parameter.name)) {
      faults.push({
        path: `${path}/name`,
        code: 'repeated',
        message: 'Another parameter has this name. Choose another.',
      })
    }
    seen.add(parameter.name)
    const { default: preset, pattern, choices, secret } = parameter
    if (preset !== undefined && secret) {
      faults.push({
        path: `${path}/default`,
        code: 'secret_default',
        message: 'A secret parameter cannot have a default, which would be shown. Remove it.',
      })
    }
    if (preset !== undefined && pattern !== undefined && !matchesPattern(pattern, preset)) {
      faults.push({
        path: `${path}/default`,
        code: 'pattern',
        message: 'The default does not match the pattern. Correct one of them.',
      })
    }
    if (preset !== undefined && choices && !choices.includes(preset)) {
      faults.push({
        path: `${path}/default`,
        code: 'not_a_choice',
        message: 'The default is not one of the choices. Choose one of them, or add it.',
      })
    }
    return faults
  })
}

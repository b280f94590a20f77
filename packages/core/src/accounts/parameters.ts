import type { Definition, Fault, Parameter } from '@sallyport/contract'
import { matchesPattern } from '../pattern.ts'
import { Secret } from '../secret.ts'

/** An account's parameter values, apart by whether they may be shown. */
export interface ParameterValues {
  readonly visible: Readonly<Record<string, string>>
  readonly secret: Readonly<Record<string, Secret>>
}

/** Checks values against the definition's parameters and fills in defaults. All faults at once. */
export function checkParameters(
  definition: Definition,
  given: Readonly<Record<string, string>>,
): { readonly values: ParameterValues; readonly faults: readonly Fault[] } {
  const parameters = definition.parameters ?? []
  const visible: Record<string, string> = {}
  const secret: Record<string, Secret> = {}
  const faults = unknownNames(parameters, given)
  for (const parameter of parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.default
    if (value === undefined) {
      if (parameter.required) faults.push(fault(parameter, 'required', 'is required. Give it.'))
      continue
    }
    faults.push(...valueFaults(parameter, value))
    if (parameter.secret) secret[parameter.name] = new Secret(value)
    else visible[parameter.name] = value
  }
  return { values: { visible, secret }, faults }
}

function unknownNames(parameters: readonly Parameter[], given: Readonly<Record<string, string>>): Fault[] {
  const known = new Set(parameters.map(({ name }) => name))
  return Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => ({
      path: `/parameters/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'unknown_parameter',
      message: 'The integration has no parameter of this name. Remove it, or check its spelling.',
    }))
}

function valueFaults(parameter: Parameter, value: string): Fault[] {
  if (parameter.required && value === '') return [fault(parameter, 'required', 'must not be empty.')]
  if (parameter.choices && !parameter.choices.includes(value)) {
    return [fault(parameter, 'not_a_choice', `takes one of: ${parameter.choices.join(', ')}.`)]
  }
  if (parameter.pattern !== undefined && !matchesPattern(parameter.pattern, value)) {
    return [fault(parameter, 'pattern', `must match ${parameter.pattern}`)]
  }
  return []
}

function fault(parameter: Parameter, code: string, rest: string): Fault {
  return {
    path: `/parameters/${parameter.name}`,
    code,
    message: `${parameter.label ?? parameter.name} ${rest}`,
  }
}

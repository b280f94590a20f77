import type { JsonValue } from '@sallyport/contract'
import { invalid } from '../error.ts'
import { contextOf } from './evaluate.ts'
import type { Frame } from './frame.ts'
import { faultsAgainst } from './steps/validate.ts'

/** @throws SallyportError input_invalid with all faults */
export async function requireInput({ run, operation, input }: Frame): Promise<void> {
  if (takesAnything(operation.input)) return
  const faults = await faultsAgainst(operation.input, input, contextOf(run))
  if (faults.length > 0) {
    throw invalid(
      'input_invalid',
      faults.map((fault) => ({ ...fault, path: `/input${fault.path}` })),
    )
  }
}

/** Most operations that take nothing say no more than that it is an object. */
function takesAnything(schema: Readonly<Record<string, JsonValue>>): boolean {
  return Object.entries(schema).every(([name, value]) => name === 'type' && value === 'object')
}

/** What the schema says of members that were not given, in objects that were. */
export function withDefaults(schema: JsonValue, given: Record<string, JsonValue>): Record<string, JsonValue> {
  const properties = memberOf(schema, 'properties')
  if (!isObject(properties)) return given
  const filled = Object.entries(properties).flatMap(([name, of]): [string, JsonValue][] => {
    const value = Object.hasOwn(given, name) ? given[name] : memberOf(of, 'default')
    if (value === undefined) return []
    return [[name, isObject(value) ? withDefaults(of, value) : value]]
  })
  return { ...given, ...Object.fromEntries(filled) }
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function isObject(value: JsonValue | undefined): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

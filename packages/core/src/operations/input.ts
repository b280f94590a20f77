import type { JsonValue } from '@sallyport/contract'
import { invalid } from '../error.ts'
import type { Frame } from './frame.ts'

/** @throws SallyportError input_invalid with all faults */
export async function requireInput({ run, operation, input }: Frame): Promise<void> {
  const faults = await run.ports.schemas.faultsOf(operation.input, { ...input })
  if (faults.length > 0) {
    throw invalid(
      'input_invalid',
      faults.map((fault) => ({ ...fault, path: `/input${fault.path}` })),
    )
  }
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

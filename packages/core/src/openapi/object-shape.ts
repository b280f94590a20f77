import { isMembers } from './located.ts'
import type { JsonSchema } from './schema-keywords.ts'

/** The properties of an object, where they are all that it can hold. */
export interface ObjectShape {
  readonly properties: Readonly<Record<string, JsonSchema>>
  readonly required: readonly string[]
}

/**
 * Undefined where a schema allows for something besides named properties: a choice, a map, something other than an
 * object. Such a value is given as a whole.
 */
export function objectShape(schema: JsonSchema): ObjectShape | undefined {
  if (schema.type !== undefined && schema.type !== 'object') return undefined
  const closing = ['anyOf', 'oneOf', 'not', 'if', 'patternProperties', 'enum', 'const'].some(
    (name) => name in schema,
  )
  const rest = schema.additionalProperties
  if (closing || rest === true || isMembers(rest)) return undefined
  const parts = Array.isArray(schema.allOf) ? (schema.allOf as JsonSchema[]).map(objectShape) : []
  const whole = parts.filter((part) => part !== undefined)
  if (whole.length < parts.length) return undefined
  const own = (isMembers(schema.properties) ? schema.properties : {}) as Record<string, JsonSchema>
  const properties = Object.assign({}, ...whole.map((part) => part.properties), own) as Record<
    string,
    JsonSchema
  >
  if (Object.keys(properties).length === 0) return undefined
  const required = [
    ...whole.flatMap((part) => part.required),
    ...((schema.required as string[] | undefined) ?? []),
  ]
  return { properties, required: [...new Set(required)] }
}

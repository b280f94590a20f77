import type { Fault } from '@sallyport/contract'
import { openApiFaults } from './openapi-document.ts'
import { faultsOfErrors } from './schema-faults.ts'
import { compiledSchema } from './schemas.ts'

const mostFaults = 1000

/** The faults of data, as JSON text: by a schema, or as a document of its own kind. */
export function validate(data: string, against: { readonly schema?: string | undefined }): string {
  const parsed: unknown = JSON.parse(data)
  const faults = against.schema === undefined ? openApiFaults(parsed) : schemaFaults(parsed, against.schema)
  if (faults.length <= mostFaults) return JSON.stringify(faults)
  const message = `There are ${faults.length - mostFaults} more faults.`
  return JSON.stringify([...faults.slice(0, mostFaults), { path: '', code: 'more', message }])
}

function schemaFaults(data: unknown, schema: string): readonly Fault[] {
  const meets = compiledSchema(schema)
  return meets(data) ? [] : faultsOfErrors(meets.errors ?? [])
}

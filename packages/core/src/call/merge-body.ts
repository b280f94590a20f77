/**
 * Adds the definition's body fields to a body that is a JSON object or a form; they replace the caller's of
 * the same name. Undefined where the body is neither, and goes as it is.
 */
export function mergedBody(
  contentType: string | undefined,
  body: Buffer,
  fields: Readonly<Record<string, unknown>>,
): Buffer | undefined {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return mergedForm(body, fields)
  if (type === 'application/json' || type?.endsWith('+json')) return mergedObject(body, fields)
  return undefined
}

function mergedForm(body: Buffer, fields: Readonly<Record<string, unknown>>): Buffer {
  const form = new URLSearchParams(body.toString('utf8'))
  for (const [name, value] of Object.entries(fields)) {
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return Buffer.from(form.toString())
}

function mergedObject(body: Buffer, fields: Readonly<Record<string, unknown>>): Buffer | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    return Buffer.from(JSON.stringify({ ...value, ...fields }))
  } catch {
    return undefined
  }
}

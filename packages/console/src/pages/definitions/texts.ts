/** What a text stands for where a number is wanted. */
export function numberOf(text: string): number | string | undefined {
  if (text === '') return undefined
  return text.trim() !== '' && String(Number(text)) === text ? Number(text) : text
}

/** The values of a list that is written one a line. */
export function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** What a text says as JSON; nothing where it is empty. */
export function jsonOf(text: string): { readonly value: unknown } | { readonly fault: string } {
  if (text.trim() === '') return { value: undefined }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { fault: `This is no JSON yet: ${error instanceof Error ? error.message : ''}.` }
  }
}

/** What does not parse is being written: nobody else has changed it. */
export function isAlready(typed: string, shown: string): boolean {
  const read = jsonOf(typed)
  return (
    'fault' in read ||
    JSON.stringify(read.value, null, 2) === shown ||
    (shown === '' && read.value === undefined)
  )
}

/** A named text. */
export type Row = readonly [name: string, value: string]

/** The rows of a map. */
export function rowsOf(value: Readonly<Record<string, unknown>>): readonly Row[] {
  return Object.entries(value).map(([name, text]) => [name, String(text)])
}

/** The map of rows; one without a name says nothing yet. */
export function mapOf(rows: readonly Row[]): Readonly<Record<string, string>> | undefined {
  const named = rows.filter(([name]) => name !== '')
  return named.length === 0 ? undefined : Object.fromEntries(named)
}

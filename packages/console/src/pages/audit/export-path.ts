/** Which entries, and as what. */
export interface ExportChoice {
  readonly after: number | undefined
  readonly since: string | undefined
  readonly until: string | undefined
  readonly format: 'jsonl' | 'csv'
}

/** Where such an export is downloaded. */
export function exportPath(choice: ExportChoice): string {
  const given = Object.entries(choice).flatMap(([name, value]) =>
    value === undefined || value === 'jsonl' ? [] : [[name, String(value)]],
  )
  return `/v1/audit/export${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`
}

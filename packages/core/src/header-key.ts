/** What header names are compared by: some servers read `X_Api_Key` as `X-Api-Key`. */
export function headerKey(name: string): string {
  const lower = name.toLowerCase()
  return lower.includes('_') ? lower.replaceAll('_', '-') : lower
}

/**
 * The caller's query in its own bytes, less the names that the definition or the credential writes, then
 * ours. Names are compared decoded, so that `%61pi_key` does not stand beside `api_key`.
 */
export function joinedQuery(callers: string, ours: string, replaced: ReadonlySet<string>): string {
  const kept = replaced.size === 0 || callers === '' ? callers : withoutNames(callers, replaced)
  if (ours === '') return kept
  return kept === '' ? ours : `${kept}&${ours}`
}

/** Names and values encoded for a query, joined. */
export function encodedQuery(pairs: readonly (readonly [name: string, value: string])[]): string {
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
}

function withoutNames(query: string, names: ReadonlySet<string>): string {
  return query
    .split('&')
    .filter((pair) => !names.has(decodedName(pair)))
    .join('&')
}

function decodedName(pair: string): string {
  return new URLSearchParams(pair.split(';', 1)[0]).keys().next().value ?? ''
}

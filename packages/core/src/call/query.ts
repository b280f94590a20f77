/** Which names of a query are ours to write. */
export type QueryNames = Pick<ReadonlySet<string>, 'has' | 'size'>

/**
 * The caller's query in its own bytes, less the names that the definition or the credential writes, then
 * ours. Names are compared decoded, so that `%61pi_key` does not stand beside `api_key`,
 * and some servers separate pairs by semicolons as well.
 */
export function joinedQuery(callers: string, ours: string, replaced: QueryNames): string {
  const kept = replaced.size === 0 || callers === '' ? callers : withoutNames(callers, replaced)
  if (ours === '') return kept
  return kept === '' ? ours : `${kept}&${ours}`
}

/** Names and values encoded for a query, joined. */
export function encodedQuery(pairs: readonly (readonly [name: string, value: string])[]): string {
  return pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
}

/** Half a surrogate pair has no encoding; as everywhere in UTF-8, the replacement character stands for it. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
}

function withoutNames(query: string, names: QueryNames): string {
  return query
    .split('&')
    .filter((pair) => !pair.split(';').some((part) => names.has(decodedName(part))))
    .join('&')
}

function decodedName(pair: string): string {
  return new URLSearchParams(pair).keys().next().value ?? ''
}

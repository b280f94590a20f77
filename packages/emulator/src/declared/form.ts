/** Names of a form, and the values of each in the order that they came. */
export type Form = Readonly<Record<string, readonly string[]>>

/** Names and values of a query or a form body. */
export function formOf(text: string): Form {
  const grouped = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(text))
    grouped.set(name, [...(grouped.get(name) ?? []), value])
  return Object.fromEntries(grouped)
}

/** What a list can be narrowed down to. What the address names is there to be seen also while the others are not known, or may not be. */
export function choices(
  any: string,
  known: readonly { readonly key: string; readonly name: string }[],
  chosen: string | undefined,
) {
  const isKnown = chosen === undefined || known.some(({ key }) => key === chosen)
  return [
    { value: '', label: any },
    ...known.map(({ key, name }) => ({ value: key, label: name })),
    ...(isKnown ? [] : [{ value: chosen, label: chosen }]),
  ]
}

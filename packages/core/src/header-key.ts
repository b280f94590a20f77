const mostRemembered = 1000
const longestRemembered = 64

/**
 * A pure function of a header's name that is asked with every call, and mostly for the same few names. What somebody
 * makes up fills no memory: only so many are remembered, none of them long.
 */
export function remembering<Value extends string | boolean>(
  of: (name: string) => Value,
): (name: string) => Value {
  const known = new Map<string, Value>()
  return (name) => {
    const value = known.get(name)
    if (value !== undefined) return value
    const found = of(name)
    if (name.length <= longestRemembered && known.size < mostRemembered) known.set(name, found)
    return found
  }
}

/** What header names are compared by: some servers read `X_Api_Key` as `X-Api-Key`. */
export const headerKey = remembering((name) => name.toLowerCase().replaceAll('_', '-'))

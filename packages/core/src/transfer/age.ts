/** The library, which brings a hundred modules that a start can do without: loaded when a transfer first needs it. */
export function age(): Promise<typeof import('age-encryption')> {
  return import('age-encryption')
}

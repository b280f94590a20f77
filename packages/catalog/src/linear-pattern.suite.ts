/**
 * Whether a pattern cannot take long over any text: anchored where it begins, no group repeated, and at most one part of
 * it without a bound.
 */
export function isLinear(pattern: string): boolean {
  const isAnchored = pattern.startsWith('^')
  const plain = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const unbounded = plain.match(/[+*]|\{\d+,\}/g) ?? []
  return isAnchored && unbounded.length <= 1 && !/\)[+*{?]/.test(plain)
}

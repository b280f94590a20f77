import { foldKey } from '@sallyport/contract'
import { fieldsOf } from '../operations/fields.ts'

/** Operations with their places in the document, each after those that it runs; such as run each other in a circle come as they stand. */
export function inOrderOfRuns<Item extends { readonly key: string }>(
  operations: readonly Item[],
): (readonly [number, Item])[] {
  const places = new Map(operations.map(({ key }, index) => [foldKey(key), index]))
  const ordered = new Set<number>()
  const visit = (index: number, around: ReadonlySet<number>) => {
    if (ordered.has(index) || around.has(index)) return
    for (const { step } of fieldsOf(operations[index]).steps) {
      const run = step.kind === 'run' ? places.get(foldKey(step.operation)) : undefined
      if (run !== undefined) visit(run, new Set([...around, index]))
    }
    ordered.add(index)
  }
  for (const index of operations.keys()) visit(index, new Set())
  return [...ordered].map((index) => [index, operations[index] as Item])
}

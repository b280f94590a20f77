import { createContext, use } from 'react'
import { Failure } from '../../api/failure.ts'
import { faultsElsewhere } from '../../api/faults.ts'

/** What the API said of the operation that is edited. */
interface Said {
  readonly error: unknown
  /** Where in what was sent the operation stood: its own pointers begin after it. */
  readonly root: string
}

/** What was said last, to whatever shows a part of the operation. */
export const FaultsSaid = createContext<Said>({ error: undefined, root: '' })

/** What is wrong at a place of the operation, or within it but not within `others`; undefined where nothing is. */
export function useFault(path: string, others: readonly string[] = []): string | undefined {
  const { error, root } = use(FaultsSaid)
  const found = faultsElsewhere(error, []).filter(({ path: at }) => {
    const isWithin = (place: string) => at === `${root}${place}` || at.startsWith(`${root}${place}/`)
    return isWithin(path) && !others.some((other) => isWithin(`${path}/${other}`))
  })
  return found.length === 0 ? undefined : found.map(({ message }) => message).join(' ')
}

/** Why a step failed in the run, where it did; steps of an operation that it runs failed within it. */
export function useFailure(name: string): string | undefined {
  const { error } = use(FaultsSaid)
  const problem = error instanceof Failure ? error.problem : undefined
  return problem?.step?.split('/')[0] === name ? problem.detail : undefined
}

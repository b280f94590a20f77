import { Failure } from '../api/failure.ts'
import { FreshProof } from './fresh-proof.tsx'
import { ProblemAlert } from './problem-alert.tsx'

/**
 * Why a change was refused. Where it asks for a fresh proof, that is given here and the change made again, so that nothing is
 * lost of what was written. `beside` are the members whose faults stand beside their fields, and need not stand here too.
 */
export function ChangeProblem<Given>(content: {
  readonly change: {
    readonly error: Error | null
    readonly variables: Given | undefined
    readonly mutate: (given: Given) => void
  }
  readonly beside?: readonly string[]
}) {
  const { change, beside = [] } = content
  const { error, variables, mutate } = change
  if (!error) return undefined
  if (error instanceof Failure && error.code === 'step_up')
    return <FreshProof onProven={() => mutate(variables as Given)} />
  return <ProblemAlert error={withFaults(error, beside)} />
}

/** The same failure, naming only what stands nowhere else. */
function withFaults(error: Error, beside: readonly string[]): Error {
  const { problem, cause } = error instanceof Failure ? error : {}
  if (!problem?.errors) return error
  const { errors, ...rest } = problem
  const isBeside = (path: string) => beside.some((shown) => path === shown || path.startsWith(`${shown}/`))
  const left = errors.filter(({ path }) => !isBeside(path))
  return new Failure({ ...rest, ...(left.length > 0 && { errors: left }) }, cause)
}

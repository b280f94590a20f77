import { type Blame, type ErrorCode, errors, type Problem } from '@sallyport/contract'

/** A request that was not answered with what it asked for. */
export class Failure extends Error {
  /** Undefined where no answer of this Sallyport came. */
  readonly problem: Problem | undefined

  constructor(problem: Problem | undefined, cause?: unknown) {
    super(problem?.detail ?? 'Sallyport could not be reached.', { cause })
    this.problem = problem
  }

  get code(): string | undefined {
    return this.problem?.code
  }

  /** Whether the same request can succeed without anybody changing anything. */
  get isTransient(): boolean {
    return this.problem === undefined || rowOf(this.problem)?.retry === 'later'
  }
}

const moves: Readonly<Record<Blame, string>> = {
  caller: 'Your move',
  definition: 'The move of whoever keeps the definition',
  account: 'The move of whoever the account belongs to',
  app: 'The move of whoever owns the app',
  provider: 'The provider’s move',
  operator: 'The operator’s move',
  sallyport: 'Sallyport’s own fault',
}

/** Whose move it is after a failure; undefined where nobody knows. */
export function moveAfter({ problem }: Failure): string | undefined {
  const row = problem && rowOf(problem)
  return row && moves[row.blame]
}

function rowOf({ code }: Problem) {
  return Object.hasOwn(errors, code) ? errors[code as ErrorCode] : undefined
}

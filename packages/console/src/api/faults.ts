import { Failure } from './failure.ts'

/** What the API found wrong at a member of what was sent, by JSON Pointer; undefined where it found nothing, as a field’s `error` takes it. */
export function faultAt(error: unknown, path: string): string | undefined {
  const found = faults(error).filter((fault) => fault.path === path)
  return found.length > 0 ? found.map(({ message }) => message).join(' ') : undefined
}

/** All faults of what was sent that stand beside none of these fields: a form shows them above itself. */
export function faultsElsewhere(error: unknown, shown: readonly string[]) {
  return faults(error).filter(({ path }) => !shown.includes(path))
}

function faults(error: unknown) {
  return (error instanceof Failure && error.problem?.errors) || []
}

import { Failure } from '../../api/failure.ts'

/** What a field says in which each line is one thing. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** What is wrong with such a field, and in which of its lines; undefined where nothing is. */
export function faultOfLines(error: unknown, path: string, text: string): string | undefined {
  const faults = (error instanceof Failure && error.problem?.errors) || []
  const lines = linesOf(text)
  const found = faults.flatMap(({ path: place, message }) => {
    if (place === path) return [message]
    const line = place.startsWith(`${path}/`) ? lines[Number(place.slice(path.length + 1))] : undefined
    return line === undefined ? [] : [`${line}: ${message}`]
  })
  return found.length > 0 ? found.join(' ') : undefined
}

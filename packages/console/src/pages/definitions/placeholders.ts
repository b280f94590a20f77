import { reservedWords } from '@sallyport/contract'
import { isObject, valueAt } from './draft.ts'

/** What a text is being completed with: the name begun at the caret, and where its brace stands. */
export interface Begun {
  readonly start: number
  readonly text: string
}

/** The placeholder that is being written at the caret; none where no brace is open. */
export function begunAt(text: string, caret: number): Begun | undefined {
  const match = /(?<!\{)\{([A-Za-z_][A-Za-z0-9_.]*)?$/.exec(text.slice(0, caret))
  return match ? { start: match.index, text: match[1] ?? '' } : undefined
}

/** The text with that placeholder written out, and where the caret stands then. */
export function completed(text: string, { start, text: begun }: Begun, name: string) {
  const end = start + 1 + begun.length
  const rest = text.slice(end).replace(/^[A-Za-z0-9_.]*\}/, '')
  return { text: `${text.slice(0, start)}{${name}}${rest}`, caret: start + name.length + 2 }
}

/** Names that contain what was begun, those first that begin with it. */
export function matching(names: readonly string[], begun: string): readonly string[] {
  const wanted = begun.toLowerCase()
  const found = names.filter((name) => name.toLowerCase().includes(wanted))
  const isFirst = (name: string) => name.toLowerCase().startsWith(wanted)
  return [...found.filter(isFirst), ...found.filter((name) => !isFirst(name))]
}

/** Names of the draft’s parameters. */
export function parameterNames(draft: unknown): readonly string[] {
  const parameters = valueAt(draft, '/parameters')
  if (!Array.isArray(parameters)) return []
  return parameters.flatMap((each: unknown) =>
    isObject(each) && typeof each.name === 'string' && each.name !== '' ? [each.name] : [],
  )
}

/** Bare names in a text that no parameter bears, and that Sallyport does not fill. */
export function unknownNames(
  text: string,
  parameters: readonly string[],
  filled: readonly string[],
): readonly string[] {
  const names = [...text.matchAll(/\{\{[A-Za-z_][\w.]*\}\}|\{([A-Za-z_]\w*)\}/g)].flatMap(
    ([, name]) => name ?? [],
  )
  const known = new Set<string>([...parameters, ...filled, ...reservedWords])
  return [...new Set(names)].filter((name) => !known.has(name))
}

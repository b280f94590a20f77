import { type ApiDocument, follow } from './api-document.ts'
import { bounds } from './bounds.ts'
import { type DocumentOperation, nameOf } from './document-operation.ts'
import { entriesOf, type Located, member, textOf } from './located.ts'

/** The parameters of a path and of its operation, which replaces those of the same name and place. */
export function parameterEntries(
  document: ApiDocument,
  operation: DocumentOperation,
  item: Located,
): Located[] {
  const found = new Map<string, Located>()
  for (const written of [
    ...entriesOf(member(item, 'parameters')),
    ...entriesOf(member(operation.at, 'parameters')),
  ]) {
    const at = follow(document, written, nameOf(operation))
    if (at) found.set(`${textOf(at, 'in')} ${textOf(at, 'name')}`, at)
  }
  const all = [...found.values()]
  for (const { path } of all.slice(bounds.parameters)) {
    const reason = `An operation has at most ${bounds.parameters} parameters: this one is left out.`
    document.skipped.add({ operation: nameOf(operation), path, part: 'parameter', reason })
  }
  return all.slice(0, bounds.parameters)
}

/** Names a parameter that no request can bring. */
export function skipCookie({ skipped }: ApiDocument, operation: string, at: Located): [] {
  const name = textOf(at, 'name') ?? 'without a name'
  const reason =
    textOf(at, 'in') === 'cookie'
      ? `The cookie ${name}: operations send no cookies of their callers.`
      : `The parameter ${name} says no place that is known: path, query, header.`
  skipped.add({ operation, path: at.path, part: 'parameter', reason })
  return []
}

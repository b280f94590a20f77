import type { Fault } from './fault.ts'
import { importsOf } from './imports.ts'
import { resolveImport } from './resolve-import.ts'
import type { Source } from './sources.ts'

interface Edge {
  readonly to: string
  readonly line: number
}

/** Circles of imports that exist at run time; each is told once, at the import that closes it. */
export function checkCycles(root: string, sources: readonly Source[]): readonly Fault[] {
  const edges = new Map(sources.map(({ file, text }) => [file, edgesOf(root, file, text)]))
  const faults: Fault[] = []
  const done = new Set<string>()

  const visit = (file: string, trail: readonly string[]) => {
    for (const { to, line } of edges.get(file) ?? []) {
      const start = trail.indexOf(to)
      if (start >= 0) {
        const circle = [...trail.slice(start), to].join(' → ')
        faults.push({ file, line, sentence: `This import closes a circle: ${circle}.` })
      } else if (!done.has(to)) visit(to, [...trail, to])
    }
    done.add(file)
  }

  for (const file of edges.keys()) if (!done.has(file)) visit(file, [file])
  return faults
}

function edgesOf(root: string, file: string, text: string): readonly Edge[] {
  return importsOf(text).flatMap(({ specifier, line, isValue }) => {
    const target = resolveImport(root, file, specifier)
    return isValue && target.kind === 'file' ? [{ to: target.file, line }] : []
  })
}

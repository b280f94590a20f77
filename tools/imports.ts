import { lineAt } from './fault.ts'
import { blank } from './source-kinds.ts'

/** One import of a source file. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** False for `import type` and `export type`, which leave nothing behind at run time. */
  readonly isValue: boolean
  /** The names taken, as the other module calls them; undefined when it is everything. */
  readonly names: readonly string[] | undefined
}

const fromClause = /^[ \t]*(?:import|export)\s+(type\s+(?!from\b))?([^'"`;()]*?)\bfrom\s*(['"])([^'"\n]+)\3/gm
const forItsEffect = /^[ \t]*import\s*(['"])([^'"\n]+)\1/gm
const dynamic = /\bimport\s*\(\s*(['"])([^'"\n]+)\1/g

/** Every import of a source: static, for its effect, re-exporting, dynamic. */
export function importsOf(source: string): readonly Import[] {
  const code = blank(source, 'comment', 'template')
  return [
    ...Array.from(code.matchAll(fromClause), (match) => ({
      specifier: match[4] ?? '',
      line: lineAt(code, match.index + match[0].length),
      isValue: match[1] === undefined,
      names: namesIn(match[2] ?? ''),
    })),
    ...[...code.matchAll(forItsEffect), ...code.matchAll(dynamic)].map((match) => ({
      specifier: match[2] ?? '',
      line: lineAt(code, match.index + match[0].length),
      isValue: true,
      names: undefined,
    })),
  ]
}

function namesIn(clause: string): readonly string[] | undefined {
  const braces = /^\s*\{([^}]*)\}\s*$/.exec(clause)
  return braces?.[1]
    ?.split(',')
    .map((part) =>
      part
        .trim()
        .replace(/^type\s+/, '')
        .replace(/\s+as\s.*$/s, ''),
    )
    .filter((name) => name !== '')
}

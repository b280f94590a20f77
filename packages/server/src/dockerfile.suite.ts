import { readFileSync } from 'node:fs'

/** The last stage of a Dockerfile: what the image is. */
export interface ImageStage {
  /** Paths in the stage that built them, and where each goes. */
  readonly copies: readonly { readonly from: readonly string[]; readonly to: string }[]
  /** What is taken away before that, as a shell reads it. */
  readonly removals: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
  readonly user: string
  readonly folder: string
  readonly volume: string
}

interface Instruction {
  readonly name: string
  readonly rest: string
}

/** Reads what of a Dockerfile we use; anything else in its last stage is an error. */
export function imageStage(file: string): ImageStage {
  const all = instructions(readFileSync(file, 'utf8'))
  const stage = all.slice(all.findLastIndex(({ name }) => name === 'FROM') + 1)
  const of = (name: string) => stage.filter((each) => each.name === name).map(({ rest }) => rest)
  const one = (name: string) => {
    const [rest, ...others] = of(name)
    if (rest === undefined || others.length > 0) throw new Error(`There has to be one ${name}.`)
    return rest
  }
  return {
    copies: of('COPY').map((rest) => {
      const paths = rest.replace(/^--from=build /, '').split(' ')
      return { from: paths.slice(0, -1), to: paths.at(-1) ?? '' }
    }),
    removals: all
      .map(({ name, rest }) => (name === 'RUN' ? rest : ''))
      .filter((rest) => rest.startsWith('rm ')),
    environment: Object.fromEntries(
      of('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=', 2))),
    ),
    command: [...JSON.parse(one('ENTRYPOINT')), ...JSON.parse(one('CMD'))],
    healthCheck: JSON.parse(one('HEALTHCHECK').replace(/^.* CMD /, '')),
    user: one('USER'),
    folder: one('WORKDIR'),
    volume: one('VOLUME'),
  }
}

function instructions(text: string): readonly Instruction[] {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(/ +/)
      return { name, rest: rest.join(' ') }
    })
}

#!/usr/bin/env -S node --max-semi-space-size=32
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { adopt } from './commands/adopt.ts'
import { badUsage } from './commands/configured.ts'
import { quarantine } from './commands/quarantine.ts'
import { serve } from './commands/serve.ts'
import type { CommandOptions } from './commands/which-realm.ts'

// With many calls under way V8 sees what a call is made of outlive collections, and makes it among the old objects at once:
// there it holds on to all else of the call, and collections take a fifth of the time. They do not live that long.
setFlagsFromString('--no-allocation-site-pretenuring')
// A call passes through many short functions; V8's usual budget is spent before the last of them.
setFlagsFromString('--max-inlined-bytecode-size=1000')
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000')

interface Command {
  readonly run: (options: CommandOptions) => Promise<void>
  /** Words that may follow. */
  readonly options: Readonly<Record<string, { readonly type: 'boolean' | 'string' }>>
}

const realm = { type: 'string' } as const
const commands: Readonly<Record<string, Command>> = {
  serve: { run: () => serve(), options: {} },
  adopt: { run: adopt, options: { realm } },
  quarantine: { run: quarantine, options: { realm, force: { type: 'boolean' } } },
}

const [name = 'serve', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (!command) refuse(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}.`)
else {
  const { values, tokens } = parseArgs({ args, options: command.options, strict: false, tokens: true })
  const fault = tokens.map((token) => faultOf(token, command)).find((each) => each !== undefined)
  if (fault !== undefined) refuse(`sallyport ${name} ${fault}`)
  else await command.run(values)
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number]

/** In our own words: the library's say how it would be written in code. */
function faultOf(token: Token, { options }: Command): string | undefined {
  if (token.kind !== 'option') return `does not take ${token.kind === 'positional' ? token.value : '--'}.`
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
  if (!option) return `does not take ${token.rawName}.`
  if (option.type === 'boolean')
    return token.value === undefined ? undefined : `takes ${token.rawName} without a value.`
  return token.value === undefined ? `takes ${token.rawName} with a value.` : undefined
}

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = badUsage
}

#!/usr/bin/env -S node --max-semi-space-size=32
import { setFlagsFromString } from 'node:v8'
import { adopt } from './commands/adopt.ts'
import { quarantine } from './commands/quarantine.ts'
import { serve } from './commands/serve.ts'

// With many calls under way V8 sees what a call is made of outlive collections, and makes it among the old objects at once:
// there it holds on to all else of the call, and collections take a fifth of the time. They do not live that long.
setFlagsFromString('--no-allocation-site-pretenuring')

interface Command {
  readonly run: (args: readonly string[]) => Promise<void>
  /** Words that may follow. */
  readonly options: readonly string[]
}

const commands: Readonly<Record<string, Command>> = {
  serve: { run: () => serve(), options: [] },
  adopt: { run: adopt, options: [] },
  quarantine: { run: quarantine, options: ['--force'] },
}

const [name = 'serve', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
const unknown = args.find((argument) => !command?.options.includes(argument))
if (!command) refuse(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}.`)
else if (unknown !== undefined) refuse(`sallyport ${name} does not take ${unknown}.`)
else await command.run(args)

function refuse(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 64
}

#!/usr/bin/env -S node --max-semi-space-size=32
import { setFlagsFromString } from 'node:v8'
import { openNoDebuggerBySignal } from './debugging.ts'

// Before all else is loaded, which takes a while.
openNoDebuggerBySignal()
// With many calls under way V8 sees what a call is made of outlive collections, and makes it among the old objects at once:
// there it holds on to all else of the call, and collections take a fifth of the time. They do not live that long.
setFlagsFromString('--no-allocation-site-pretenuring')
// A call passes through many short functions; V8's usual budget is spent before the last of them.
setFlagsFromString('--max-inlined-bytecode-size=1000')
setFlagsFromString('--max-inlined-bytecode-size-cumulative=3000')

const { runCommand } = await import('./commands/command-line.ts')
await runCommand(process.argv.slice(2))

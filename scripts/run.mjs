#!/usr/bin/env node
// Everything `npm start`, `npm test` and the other scripts do begins here. This file imports nothing before
// the check and uses no recent syntax, so that a Node too old for the rest can still say so.

const version = process.versions.node.split('.').map(Number)

if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  console.error(`Sallyport needs Node.js 20.19 or later; this is ${process.version}. Install a current one.`)
  process.exit(1)
}

import('./commands.mjs')
  .then((commands) => commands.run(process.argv[2], process.argv.slice(3)))
  .catch((error) => {
    console.error(error)
    process.exit(1)
  })

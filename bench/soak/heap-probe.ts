import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Loaded before the server, in each of its processes: no other can see how much of their memory is in use. Now and then
// it has garbage collected, which an idle process puts off for so long that what is kept could not be told from what is not.
const folder = process.env.SOAK_HEAPS
const collectEvery = 30

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
let seconds = 0
const writing = setInterval(() => {
  seconds += 1
  if (seconds % collectEvery === 0) collect()
  if (folder) writeFileSync(join(folder, String(process.pid)), String(process.memoryUsage().heapUsed))
}, 1_000)
writing.unref()

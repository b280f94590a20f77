import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// Loaded before the server, in each of its processes: no other can see how much of their memory is in use. Garbage is
// collected first, which a process puts off for so long that what is kept could not be told from what is not.
const folder = process.env.SOAK_HEAPS
const everyMilliseconds = 15_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const writing = setInterval(() => {
  collect()
  if (folder) writeFileSync(join(folder, String(process.pid)), String(process.memoryUsage().heapUsed))
}, everyMilliseconds)
writing.unref()

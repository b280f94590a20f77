import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'

// The pass-through in several processes that share a port, as Node's own cluster does it.

const [origin = '', count = '2'] = process.argv.slice(2)
cluster.setupPrimary({ exec: fileURLToPath(new URL('./pass-through.js', import.meta.url)), args: [origin] })
let ready = 0
for (let index = 0; index < Number(count); index += 1) {
  cluster.fork().on('message', (message: { port: number }) => {
    ready += 1
    if (ready === Number(count)) process.send?.(message)
  })
}

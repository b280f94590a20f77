import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort, keepWith, nextMessage, productNodeOptions, startProgram } from './children.ts'
import { upstreamCredentials } from './requests.ts'

/** A server that runs. */
export interface Server {
  readonly pid: number
  readonly port: number
}

export const passThrough = 'pass-through'

/** Starts a program of the benchmark that tells its port. */
export async function startServer(
  path: string,
  core: string | undefined,
  args: readonly string[] = [],
): Promise<Server> {
  const child = startProgram({ path, core, args, nodeOptions: productNodeOptions })
  const { port } = await nextMessage<{ port: number }>(child)
  return { pid: child.pid ?? 0, port }
}

/** The measure for Sallyport, in one process or in several that share a port. */
export function startPassThrough(core: string | undefined, upstream: Server, workers = 1): Promise<Server> {
  const origin = `http://127.0.0.1:${upstream.port}`
  return workers === 1
    ? startServer('pass-through.js', core, [origin])
    : startServer('pass-through-workers.js', core, [origin, String(workers)])
}

/** nginx with one worker, keeping its connections to the upstream; undefined where it is not installed. */
export async function startNginx(
  core: string | undefined,
  upstream: Server,
  folder: string,
): Promise<Server | undefined> {
  if (spawnSync('nginx', ['-v']).error) return undefined
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
     events { worker_connections 4096; }
     http {
       access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder};
       fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
       keepalive_requests 1000000000;
       upstream api { server 127.0.0.1:${upstream.port}; keepalive 128; keepalive_requests 1000000000; }
       server {
         listen 127.0.0.1:${port};
         location / {
           proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
           proxy_set_header Authorization "Bearer ${upstreamCredentials.apiToken}"; proxy_request_buffering off;
         }
       }
     }`,
  )
  const nginx = ['nginx', '-c', file, '-e', 'stderr', '-p', folder]
  const [command = '', ...args] = core === undefined ? nginx : ['taskset', '-c', core, ...nginx]
  const child = keepWith(spawn(command, args, { stdio: 'ignore' }))
  while (!(await answers(port))) await wait(50)
  return { pid: child.pid ?? 0, port }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

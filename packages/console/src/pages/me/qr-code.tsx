import classes from './me.module.css'
import { modulePath } from './module-path.ts'

/** A QR code, dark on white in every colour scheme, as scanners want it. */
export function QrCode({ rows, label }: { readonly rows: readonly string[]; readonly label: string }) {
  return (
    <svg className={classes.qr} role="img" aria-label={label} viewBox={`0 0 ${rows.length} ${rows.length}`}>
      <path d={modulePath(rows)} fill="#000000" shapeRendering="crispEdges" />
    </svg>
  )
}

/** A ticket's code as a QR code's dark modules. Pure. */

import { encode } from "uqr";

const QUIET_MODULES = 4; // the border that ISO/IEC 18004 asks for

export interface Drawn {
  /** Modules a side, with the border. */
  size: number;
  /** Of an SVG path. */
  path: string;
}

/** Capital letters, digits and `:` make an alphanumeric code, the smallest: BO2 codes have nothing else. */
export function drawn(code: string): Drawn {
  const { size, data } = encode(code, { ecc: "M", border: QUIET_MODULES });
  return { size, path: data.map(rowPath).join("") };
}

/** A row's dark runs. */
function rowPath(row: boolean[], y: number): string {
  let path = "";
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const from = x;
    while (row[x]) x++;
    path += `M${from} ${y}h${x - from}v1h${from - x}z`;
  }
  return path;
}

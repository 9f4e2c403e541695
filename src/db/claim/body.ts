import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

/** A frozen request as it is stored: a hundred like emails shrink to a few percent. */
export async function packBody(body: string): Promise<Uint8Array> {
  return compress(body)
}

/** The exact text that `packBody` was given. */
export async function unpackBody(packed: Uint8Array): Promise<string> {
  return (await decompress(packed)).toString('utf8')
}

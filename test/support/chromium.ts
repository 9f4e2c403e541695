import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export interface Chromium {
  executablePath: string
  /** Variables it needs in addition to the environment of this process. */
  env: Record<string, string>
}

/** Finds the browser: `CHROMIUM_PATH`, else the one from npm, else the one of this machine. */
export async function findChromium(): Promise<Chromium> {
  const named = process.env.CHROMIUM_PATH
  if (named) return { executablePath: named, env: {} }
  if (runsPackaged()) return unpackedChromium()
  const executablePath = installed.find(existsSync)
  if (!executablePath) throw new Error('No Chromium: install one, or set CHROMIUM_PATH')
  return { executablePath, env: {} }
}

/** The paths on Debian, Alpine and macOS. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The package has a binary only for Linux on x64 with glibc. */
function runsPackaged(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime !== undefined
}

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url))

/** Unpacks the browser, its libraries and its fonts, once per checkout and version. */
async function unpackedChromium(): Promise<Chromium> {
  const manifest = readFileSync(join(modules, '@sparticuz/chromium/package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const folder = join(modules, '.cache', `chromium-${version}`)
  if (!existsSync(folder)) await unpackTo(folder)
  return {
    executablePath: join(folder, 'chromium'),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      // Only the unpacked fonts, so that text has the same width on every machine.
      FONTCONFIG_FILE: join(folder, 'fonts/here.conf'),
    },
  }
}

const fontConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`

/** Several test processes may unpack at once: each uses a scratch folder, and one rename wins. */
async function unpackTo(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    const program = fileURLToPath(new URL('./unpack-chromium.ts', import.meta.url))
    await promisify(execFile)(process.execPath, [program], {
      // With this variable the package also unpacks the libraries, as on Amazon Linux.
      env: { ...process.env, TMPDIR: scratch, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
    })
    await writeFile(join(scratch, 'fonts/here.conf'), fontConfiguration)
    // Another user may run the tests next.
    for (const each of [scratch, join(scratch, 'chromium')]) await chmod(each, 0o755)
    await rename(scratch, folder)
  } catch (error) {
    await rm(scratch, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

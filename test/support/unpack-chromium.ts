import chromium from '@sparticuz/chromium'

// A program of its own, because the package unpacks into TMPDIR and nowhere else.
await chromium.executablePath()

import chromium from '@sparticuz/chromium'

// A separate program, because the package can only unpack into TMPDIR.
await chromium.executablePath()

import type { Palette } from './palette.ts'

const tones = ['people', 'events', 'notices'] as const

/**
 * Styles that cannot be inline: the dark scheme, small screens and the background of the page, which React
 * Email's Body would copy to a cell without a class.
 */
export function styleSheetOf(light: Palette, dark: Palette): string {
  return [
    ':root{color-scheme:light dark;supported-color-schemes:light dark}',
    `body{margin:0;padding:0;background-color:${light.page}}`,
    // Apple Mail turns dates and times into blue links.
    'a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}',
    '@media (max-width:480px){',
    '.gutter{padding-left:12px!important;padding-right:12px!important}',
    '.inside{padding:24px 16px!important}',
    '.button{display:block!important;margin-top:20px!important}',
    '}',
    `@media (prefers-color-scheme:dark){${rules(dark)}}`,
  ].join('')
}

function rules(palette: Palette): string {
  return [
    `body,.page{background-color:${palette.page}!important}`,
    `.panel{background-color:${palette.panel}!important;border-color:${palette.line}!important}`,
    `.card{background-color:${palette.card}!important;border-color:${palette.line}!important}`,
    `.rule{border-color:${palette.line}!important}`,
    `.ink{color:${palette.ink}!important}`,
    `.soft{color:${palette.soft}!important}`,
    `.link{color:${palette.link}!important}`,
    `.button{background-color:${palette.button}!important;border-color:${palette.buttonLine}!important;color:${palette.buttonForeground}!important}`,
    ...tones.map(tone => {
      const { back, ink } = palette.tones[tone]
      return `.${tone}{background-color:${back}!important;color:${ink}!important}`
    }),
  ].join('')
}

import type { CSSProperties, ReactNode } from 'react'
import { Body, Button, Container, Head, Heading, Html, Link, Section, Text } from 'react-email'
import type { Letter } from './letter.ts'
import { light } from './palette.ts'
import { styleSheet } from './style-sheet.ts'
import { breakAnywhere, sans, serif } from './type-faces.ts'
import type { Words } from './words.ts'

const hidden: CSSProperties = {
  display: 'none',
  fontSize: 1,
  lineHeight: '1px',
  maxHeight: 0,
  maxWidth: 0,
  opacity: 0,
  overflow: 'hidden',
}
const pageStyle: CSSProperties = { backgroundColor: light.page, padding: '0' }
const gutterStyle: CSSProperties = { maxWidth: 600, padding: '28px 20px 36px' }
const markStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 14,
  fontWeight: 600,
  letterSpacing: '0.04em',
  lineHeight: '20px',
  margin: '0 4px 14px',
}
const panelStyle: CSSProperties = {
  backgroundColor: light.panel,
  border: `1px solid ${light.line}`,
  borderCollapse: 'separate',
  borderRadius: 16,
  padding: '32px 28px',
}
const headingStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.ink,
  fontFamily: serif,
  fontSize: 26,
  fontWeight: 400,
  lineHeight: '34px',
  margin: '0 0 8px',
}
const introStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 16,
  lineHeight: '24px',
  margin: '0 0 24px',
}
const buttonStyle: CSSProperties = {
  ...breakAnywhere,
  backgroundColor: light.button,
  borderRadius: 10,
  color: light.buttonInk,
  fontFamily: sans,
  fontSize: 16,
  fontWeight: 600,
  marginTop: 10,
  padding: '14px 28px',
  textAlign: 'center',
}
const footerStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 13,
  lineHeight: '20px',
  margin: '20px 4px 0',
}
const unsubscribeStyle: CSSProperties = { color: light.soft, textDecoration: 'underline' }

/** What both emails share: head, preheader, the panel with its heading, one button, the footer. */
export function Layout(props: { letter: Letter; words: Words; children: ReactNode }): ReactNode {
  const { letter, words, children } = props
  const { before, name, after } = letter.greeting
  return (
    <Html lang={words.lang}>
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>{letter.subject}</title>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant; React would escape it */}
        <style dangerouslySetInnerHTML={{ __html: styleSheet }} />
      </Head>
      <Body lang={words.lang}>
        <div style={hidden}>{letter.preheader}</div>
        <Section className="page" style={pageStyle}>
          <Container tdClassName="gutter" style={gutterStyle}>
            <Text className="soft" style={markStyle}>
              {letter.appName}
            </Text>
            <Section className="panel" tdClassName="inside" style={panelStyle}>
              <Heading className="ink" style={headingStyle}>
                {before}
                {name === '' ? null : <bdi>{name}</bdi>}
                {after} {letter.heading}
              </Heading>
              <Text className="soft" style={introStyle}>
                {letter.intro}
              </Text>
              {children}
              <Button className="button" href={letter.appUrl} style={buttonStyle}>
                {letter.open}
              </Button>
            </Section>
            <Text className="soft" style={footerStyle}>
              {letter.why}{' '}
              <Link className="soft" href={letter.unsubscribeUrl} style={unsubscribeStyle}>
                {letter.unsubscribe}
              </Link>
            </Text>
          </Container>
        </Section>
      </Body>
    </Html>
  )
}

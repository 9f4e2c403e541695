import type { CSSProperties, ReactNode } from 'react'
import { Body, Button, Container, Head, Heading, Html, Section, Text } from './components.ts'
import type { EmailContent } from './email-content.ts'
import { EmailHeader } from './email-header.tsx'
import { Footer } from './footer.tsx'
import { light } from './palette.ts'
import type { Theme } from './theme.ts'
import { breakAnywhere, sans, serif } from './type-faces.ts'

const hidden: CSSProperties = {
  // Without a tiny font size, which spam filters penalize.
  display: 'none',
  maxHeight: 0,
  maxWidth: 0,
  opacity: 0,
  overflow: 'hidden',
}
const pageStyle: CSSProperties = { backgroundColor: light.page, padding: '0' }
const gutterStyle: CSSProperties = { maxWidth: 600, padding: '28px 20px 36px' }
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
  margin: '0 0 20px',
}
/** For a heading with an introduction below it. */
const closeHeadingStyle: CSSProperties = { ...headingStyle, margin: '0 0 8px' }
const introStyle: CSSProperties = {
  ...breakAnywhere,
  color: light.soft,
  fontFamily: sans,
  fontSize: 16,
  lineHeight: '24px',
  margin: '0 0 24px',
}
const moreStyle: CSSProperties = {
  color: light.soft,
  fontFamily: sans,
  fontSize: 15,
  lineHeight: '22px',
  margin: '4px 0 8px',
}

/** The layout of both emails. The items are its children. */
export function Layout(props: {
  content: EmailContent
  theme: Theme
  children: ReactNode
}): ReactNode {
  const { content, theme, children } = props
  const { before, name, after } = content.greeting
  return (
    <Html lang={content.lang}>
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>{content.subject}</title>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: contains only our own palettes; React would escape it */}
        <style dangerouslySetInnerHTML={{ __html: theme.styleSheet }} />
      </Head>
      <Body lang={content.lang}>
        <div style={hidden}>{content.preheader}</div>
        <Section className="page" style={pageStyle}>
          <Container tdClassName="gutter" style={gutterStyle}>
            <EmailHeader content={content} />
            <Section className="panel" tdClassName="inside" style={panelStyle}>
              <Heading
                className="ink"
                style={content.intro === null ? headingStyle : closeHeadingStyle}
              >
                {before}
                {name === '' ? null : <bdi>{name}</bdi>}
                {after} {content.heading}
              </Heading>
              {content.intro === null ? null : (
                <Text className="soft" style={introStyle}>
                  {content.intro}
                </Text>
              )}
              {children}
              <More line={content.more} />
              <Button className="button" href={content.open.url} style={theme.button}>
                {content.open.label}
              </Button>
            </Section>
            <Footer content={content} />
          </Container>
        </Section>
      </Body>
    </Html>
  )
}

/** Says how many notifications the email does not show. */
function More({ line }: { line: string | null }): ReactNode {
  if (line === null) return null
  return (
    <Text className="soft" style={moreStyle}>
      {line}
    </Text>
  )
}

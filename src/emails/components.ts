/**
 * React Email's components, each from its own file. The package's one entry loads Tailwind, Prettier
 * and a highlighter along: 40 MB and a third of a second for nothing we use. Its `exports` name no
 * other entry, so they are reached by path; a test holds them against what the entry exports.
 */
export { Body } from '../../node_modules/react-email/dist/components/body/body.mjs'
export { Button } from '../../node_modules/react-email/dist/components/button/button.mjs'
export { Column } from '../../node_modules/react-email/dist/components/column/column.mjs'
export { Container } from '../../node_modules/react-email/dist/components/container/container.mjs'
export { Head } from '../../node_modules/react-email/dist/components/head/head.mjs'
export { Heading } from '../../node_modules/react-email/dist/components/heading/heading.mjs'
export { Html } from '../../node_modules/react-email/dist/components/html/html.mjs'
export { Img } from '../../node_modules/react-email/dist/components/img/img.mjs'
export { Link } from '../../node_modules/react-email/dist/components/link/link.mjs'
export { Row } from '../../node_modules/react-email/dist/components/row/row.mjs'
export { Section } from '../../node_modules/react-email/dist/components/section/section.mjs'
export { Text } from '../../node_modules/react-email/dist/components/text/text.mjs'

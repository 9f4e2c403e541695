import type { Sample } from '../sample.ts'

/** An unpaired surrogate. Node's TypeScript parser does not accept it as a literal. */
const unpaired = String.fromCharCode(0xd800)

export const hostile: Sample = {
  about: 'malicious text: markup, bidi controls, line breaks, links, invisible text, long words',
  name: 'evil.example/win \u202egnp.exe <b>Bob</b>',
  locale: null,
  total: 7,
  items: [
    {
      type: 'comment_received',
      title: '\u202Eevil\u202C <script>alert(1)</script>\r\nBcc: everyone@example.com',
      message: `Visit https://evil.example/login now! "quotes" & <b>tags</b> <!-- \u0000\u001b[31m -->`,
      metadata: 'this is not JSON',
      hours: 1,
    },
    {
      type: 'mention_received',
      title: 'w'.repeat(5_000),
      message: `</td></tr></table><style>*{display:none}</style>${'a'.repeat(600)}`,
      hours: 2,
    },
    {
      type: 'constructor',
      title: 'Re: Your password expires today',
      message: 'Sign in at paypal.com.evil.example or www.evil.example',
      metadata: '{"__proto__":{"url":"javascript:alert(1)"}}',
      hours: 3,
    },
    {
      type: 'comment_upvoted',
      title: `Z${'\u0300\u0316\u0489'.repeat(60)}algo ${'👩🏽‍❤️‍💋‍👩🏽'.repeat(40)}`,
      message: `${unpaired}\u{e0041}\u2066\u2028`,
      hours: 4,
    },
    {
      type: 'admin_announcement',
      title: '\u200b\u2060 \u2800\u3164',
      message: '//evil.example/login, mailto:x@y, tel:+15550100 or \\\\evil\\share',
      hours: 5,
    },
  ],
}

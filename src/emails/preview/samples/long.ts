import type { Sample } from '../sample.ts'

const paragraph =
  'We read every submission twice, listened to each of them on good speakers and on a phone, and wrote down what stayed with us. Here is what we heard, and what we would like to hear more of in the next round. '

export const long: Sample = {
  about: 'texts of the maximum length, thousands of notifications, other scripts',
  name: 'Maximiliane-Alexandrina Featherstonehaugh-Cholmondeley of the Lower Valley',
  locale: null,
  total: 12_345,
  items: [
    {
      type: 'admin_announcement',
      title:
        'The committee has decided on the dates of all the rounds of next year, and on who will choose the songs, and on how long everybody may take to cover them',
      message: paragraph.repeat(8),
      hours: 1,
    },
    {
      type: 'comment_reply_received',
      title:
        'Featherstonehaugh-Cholmondeley replied to your comment on “The Ballad of the Lonely Accordion (an unreasonably extended live version, remastered)”',
      message: paragraph.repeat(2),
      hours: 5,
    },
    {
      type: 'comment_received',
      title: 'علّقت ليلى على أغنيتك «ليالي الأنس في فيينا»',
      message: 'صوت العود في المقدمة جميل جدًا، كيف سجّلته؟ '.repeat(10),
      hours: 9,
    },
    {
      type: 'mention_received',
      title: '美咲さんが「上を向いて歩こう」であなたについて書きました',
      message: '二番のハーモニーがとても好きです。どうやって録音したのか教えてください。'.repeat(
        12,
      ),
      hours: 20,
    },
    {
      type: 'round_covers_due',
      title: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
      message:
        'https://example.com/a/very/long/path/that/nobody/would/ever/type/by/hand/again?and=more',
      hours: 44,
    },
  ],
}

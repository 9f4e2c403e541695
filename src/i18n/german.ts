import type { Messages } from './messages.ts'

export const german: Messages = {
  lang: 'de',
  locale: 'de-DE',
  labels: {
    mention_received: 'Erwähnung',
    comment_reply_received: 'Antwort',
    comment_received: 'Kommentar',
    admin_announcement: 'Ankündigung',
    round_covers_due: 'Abgabeschluss',
    round_voting_opened: 'Abstimmung',
    round_covering_begins: 'Covern',
    round_opened: 'Neue Runde',
    comment_upvoted: 'Zustimmung',
    signup_confirmation: 'Anmeldung bestätigt',
    submission_confirmation: 'Beitrag eingereicht',
    vote_confirmation: 'Stimme gezählt',
    test_notification: 'Test',
  },
  greeting: { before: 'Hallo ', after: ',' },
  greetingNameless: 'Hallo,',
  news: {
    subject: (total, count, app, lead) =>
      total === 1 ? lead : `${count} Neuigkeiten bei ${app}: ${lead}`,
    inApp: (app, lead) => `Neu bei ${app}: ${lead}`,
    heading: total => (total === 1 ? 'es gibt etwas Neues für dich' : 'das gibt es Neues'),
    intro: (_total, count, app) => `Du hast ${count} neue Benachrichtigungen bei ${app}.`,
  },
  reminder: {
    subject: (total, count, app, lead) =>
      total === 1
        ? `Wartet bei ${app} auf dich: ${lead}`
        : `${count} Benachrichtigungen warten bei ${app} auf dich`,
    heading: 'eine kurze Erinnerung:',
    intro: (total, count, app, since) =>
      total === 1
        ? `Bei ${app} wartet ${since ? `seit dem ${since} ` : ''}eine Benachrichtigung auf dich.`
        : `Bei ${app} warten ${count} Benachrichtigungen auf dich${since ? `, die älteste seit dem ${since}` : ''}.`,
  },
  untitled: app => `Etwas Neues bei ${app}`,
  preheader: app => `Alles Weitere liest du bei ${app}.`,
  also: titles => `Außerdem: ${titles}`,
  more: (total, count) => (total === 1 ? 'und noch eine' : `und ${count} weitere`),
  open: app => `${app} öffnen`,
  openOne: app => `Bei ${app} ansehen`,
  why: app =>
    `Du erhältst diese E-Mail, weil du bei ${app} ungelesene Benachrichtigungen hast und E-Mail-Benachrichtigungen eingeschaltet sind.`,
  preferences: 'E-Mail-Einstellungen',
  unsubscribe: 'E-Mails abbestellen',
  utc: time => `${time} Uhr (UTC)`,
  pages: {
    back: app => `Zurück zu ${app}`,
    wrongLink: {
      title: 'Dieser Link funktioniert nicht',
      advice: app =>
        `Vielleicht ist er unvollständig oder zu alt. Nimm den Link aus einer neueren E-Mail oder die Einstellungen in ${app}.`,
    },
    tooMany: {
      title: 'Einen Moment, bitte',
      advice:
        'Aus deinem Netzwerk wurden zu viele ungültige Links geöffnet. Warte eine Minute und öffne dann den Link in deiner E-Mail noch einmal.',
    },
    trouble: {
      title: 'Das hat nicht geklappt',
      advice: 'Es wurde nichts geändert. Geh zurück und versuch es in einer Minute noch einmal.',
    },
    unsubscribe: {
      title: app => `Von ${app} abmelden?`,
      ask: app =>
        `Du bekommst dann keine Benachrichtigungen mehr per E-Mail von ${app}. Die Benachrichtigungen in der App bleiben, wie sie sind.`,
      confirm: 'Abmelden',
    },
    unsubscribed: {
      title: 'Du bist abgemeldet',
      told: app =>
        `${app} schickt dir keine Benachrichtigungen mehr per E-Mail. Eine, die schon unterwegs ist, kann noch ankommen.`,
      undo: 'Rückgängig: E-Mails wieder einschalten',
    },
    preferences: {
      title: app => `Deine E-Mails von ${app}`,
      state: {
        on: {
          name: 'E-Mails sind eingeschaltet',
          address: { before: 'Sie gehen an ', after: '.' },
        },
        off: {
          name: 'E-Mails sind ausgeschaltet',
          address: { before: 'Es geht nichts an ', after: '.' },
        },
        held: {
          name: 'E-Mails sind eingeschaltet, aber gesperrt',
          address: { before: 'Zurzeit geht nichts an ', after: '.' },
        },
        paused: {
          name: 'E-Mails machen Pause',
          address: { before: 'Während der Pause geht nichts an ', after: '.' },
        },
      },
      changed: {
        on: 'E-Mails sind wieder eingeschaltet.',
        off: 'E-Mails sind ausgeschaltet. Eine, die schon unterwegs ist, kann noch ankommen.',
        held: 'E-Mails sind eingeschaltet, aber noch gesperrt.',
        paused: 'E-Mails machen Pause. Eine, die schon unterwegs ist, kann noch ankommen.',
        resumed: 'Die Pause ist beendet.',
      },
      switchOn: 'E-Mails einschalten',
      switchOff: 'E-Mails ausschalten',
      pause: {
        title: 'Eine Pause von E-Mails',
        offer:
          'Du bekommst eine Weile keine E-Mails. Danach kommen sie von selbst wieder, mit allem, was noch neu und ungelesen ist.',
        paused: until =>
          `Die Pause dauert bis zum ${until}. Danach kommen E-Mails von selbst wieder, mit allem, was noch neu und ungelesen ist.`,
        lasting: count => `${days(count)} pausieren`,
        end: 'Pause beenden',
      },
      kinds: 'E-Mails, die du bekommen kannst',
      why: app =>
        `Du bekommst sie, weil du ein Konto bei ${app} hast. Die Einstellung gilt für beide; die Benachrichtigungen in der App bleiben, wie sie sind.`,
      news: {
        name: 'Neue Benachrichtigungen',
        when: (app, maxAgeDays) =>
          `Wenn bei ${app} etwas Neues auf dich wartet, bekommst du dazu eine einzige E-Mail, ohne das, was du schon gelesen hast oder was älter als ${days(maxAgeDays)} ist.`,
      },
      reminder: {
        name: 'Eine Erinnerung',
        when: (afterDays, cooldownDays) =>
          `Wenn etwas länger als ${days(afterDays)} ungelesen ist${
            cooldownDays > 0
              ? `, aber nie, wenn eine andere E-Mail weniger als ${days(cooldownDays)} her ist`
              : ''
          }.`,
      },
    },
    suppressed: {
      title: 'An diese Adresse geht nichts',
      bounced: since =>
        `Eine E-Mail an diese Adresse kam zurück, deshalb wird seit dem ${since} nichts mehr dorthin gesendet.`,
      complained: since =>
        `Eine E-Mail wurde als Spam gemeldet, deshalb wird seit dem ${since} nichts mehr an diese Adresse gesendet.`,
      refused: since =>
        `Der E-Mail-Anbieter nimmt für diese Adresse keine E-Mails an, deshalb wird seit dem ${since} nichts mehr dorthin gesendet.`,
      advice: app =>
        `Du kannst in ${app} eine andere Adresse angeben. Wenn diese stimmt, bitte das Team hinter ${app}, E-Mails wieder zuzulassen.`,
    },
  },
}

function days(count: number): string {
  return count === 1 ? '1 Tag' : `${count} Tage`
}

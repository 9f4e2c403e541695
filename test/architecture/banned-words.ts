/** Words that prose must not use, and what to write instead (docs/glossary.md). */
export const BANNED_PHRASES: { phrase: RegExp; instead: string }[] = [
  { phrase: /\bwhoever\b/i, instead: 'the subject itself: “a client that …”' },
  { phrase: /\bwhom\b/i, instead: '“who”, “that” or the noun' },
  { phrase: /\b(?:of|is|are) ours\b/i, instead: '“our”, or the name of the part' },
  { phrase: /\bmend(?:s|ed|ing)?\b/i, instead: 'fix, repair' },
  { phrase: /\b(?:is|are|was|were|be|been) told\b|\btold of\b/i, instead: 'is notified, reports' },
  { phrase: /\btells? of\b|\btells? (?:why|what|which|how|it|that)\b/i, instead: 'says, reports' },
  { phrase: /\bleft lying\b/i, instead: 'stalled' },
  { phrase: /\b(?:takes?|took|taken|taking) up\b/i, instead: 'adopt, requeue, continue' },
  { phrase: /\blook(?:s|ed|ing)? at\b/i, instead: 'check, read, inspect' },
  { phrase: /\blanes?\b/i, instead: 'circuit breaker, provider account' },
  { phrase: /\bletterheads?\b/i, instead: 'sender profile, email header' },
  { phrase: /\bstencils?\b/i, instead: 'compiled template' },
  { phrase: /\bsweep(?:s|er)?\b/i, instead: 'rescuer' },
  { phrase: /\bjudge(?:s|d)?\b/i, instead: 'check, evaluate' },
  { phrase: /\bhousekeeping\b/i, instead: 'maintenance' },
  { phrase: /\bas above\b/i, instead: 'say what is meant' },
  { phrase: /\bcome about\b|\bcame about\b/i, instead: 'happen' },
  { phrase: /\bgoes by\b|\bwent by\b/i, instead: 'uses, depends on' },
  { phrase: /\bin hand\b/i, instead: 'in flight, running, pending' },
  { phrase: /\binhabitants?\b/i, instead: 'users' },
  { phrase: /\bsomebody else’s\b|\bsomebody else's\b/i, instead: '“another user’s”' },
  { phrase: /\b(?:be|been|is|are|was|were) mailed\b/i, instead: 'be emailed' },
]

/** Names that identifiers must not have or begin with. */
export const BANNED_NAMES =
  /\b(?:(?:tell|judge|examine|mend|salvage|unhurried|desk|lane|stencil|letterhead|sweep|keepHouse|lookedAt|notLookedAt)(?:[A-Z]\w*)?|(?:Parcel|Ledger|Farewell|Letterhead|Stencil|Desk|Tongues|Whom|RunBook|Judgement|Judged\w*|Addressee\w*))\b/

/** pg-boss's tables in the schema `pgboss` as far as its versions differ there, with a host's queue. */
export const foreignQueues: Record<string, string> = {
  'pg-boss 9': `
    create schema pgboss;
    create table pgboss.version (version text primary key, maintained_on timestamptz, cron_on timestamptz);
    create table pgboss.job (id uuid primary key default gen_random_uuid(), name text not null, data jsonb);
    create table pgboss.archive (like pgboss.job);
    insert into pgboss.version (version) values ('21');
    insert into pgboss.job (name) values ('send-welcome')`,
  'pg-boss 10': queueTables(24, ['send-welcome', '__pgboss__send-it']),
  // A host may use one of our names.
  'pg-boss 11': queueTables(26, ['scan', 'send-welcome']),
  'our version of pg-boss': queueTables(46, ['send-welcome']),
  'pg-boss 10 without a queue': queueTables(24, []),
  'another program': 'create schema pgboss; create table pgboss.version (id int)',
}

function queueTables(version: number, queues: string[]): string {
  return `
    create schema pgboss;
    create table pgboss.version (version int primary key, maintained_on timestamptz);
    create table pgboss.queue (name text primary key, policy text);
    create table pgboss.job (id uuid default gen_random_uuid(), name text not null, data jsonb);
    insert into pgboss.version (version) values (${version});
    ${queues.map(name => `insert into pgboss.queue (name) values ('${name}');`).join('\n')}`
}

import { sql } from 'drizzle-orm'
import type { Database, Transaction } from '../../src/db/client/connect.ts'

/** The element types that our queries use. */
const TYPES = ['uuid', 'text', 'int4', 'int8', 'bool', 'timestamp', 'timestamptz', 'jsonb', 'int2']

/**
 * Simulates an attacker who may create functions in `public`: overloads every polymorphic function and
 * operator of PostgreSQL with a more specific type. Each overload that runs raises an error and is counted,
 * even if the error is caught or rolled back.
 */
export function plantFunctions(planter: Database): Promise<number> {
  return planter.transaction(async db => {
    // Otherwise creating a function would run the ones created before.
    await db.execute(sql`set local search_path = pg_catalog`)
    return plant(db)
  })
}

async function plant(db: Transaction): Promise<number> {
  await db.execute(sql`create sequence public.ran`)
  await db.execute(sql`grant usage on sequence public.ran to public`)
  await db.execute(
    sql.raw(`do $do$
    declare
      types text[] := array['${TYPES.join("','")}', 'public.notification_email_type'];
      t text; f record; args text;
    begin
      foreach t in array types loop
        for f in
          select distinct proname, proargtypes::regtype[] as args, proargtypes from pg_proc
          where pronamespace = 'pg_catalog'::regnamespace and prokind = 'f'
            and proargtypes::oid[] && array['anyelement', 'anyarray', 'anynonarray', 'anycompatible',
              'anycompatiblearray', 'anycompatiblenonarray', 'anyenum', '"any"']::regtype[]::oid[]
            and not proargtypes::oid[] && array['internal', 'cstring']::regtype[]::oid[]
        loop
          select string_agg(case
            when a::text in ('anyarray', 'anycompatiblearray') then t || '[]'
            when a::text in ('anyelement', 'anynonarray', 'anycompatible', 'anycompatiblenonarray',
              'anyenum', '"any"') then t
            else a::text end, ', ' order by at)
          into args from unnest(f.args) with ordinality as u(a, at);
          begin
            execute format($f$create or replace function public.%I(%s) returns jsonb language plpgsql as $b$
              begin perform nextval('public.ran'); raise exception 'planted %s'; end $b$ $f$,
              f.proname, args, f.proname);
            -- The same for an array of the type, as in to_jsonb(uuid[]).
            execute format($f$create or replace function public.%I(%s) returns jsonb language plpgsql as $b$
              begin perform nextval('public.ran'); raise exception 'planted %s'; end $b$ $f$,
              f.proname, replace(args, t, t || '[]'), f.proname);
          exception when others then null;
          end;
        end loop;
        begin
          execute format($f$create function public.planted(%1$s, %1$s) returns boolean language plpgsql as
            $b$ begin perform nextval('public.ran'); raise exception 'planted operator'; end $b$ $f$, t);
          execute format($f$create function public.planted(%1$s[], %1$s[]) returns boolean language plpgsql as
            $b$ begin perform nextval('public.ran'); raise exception 'planted operator'; end $b$ $f$, t);
          execute format('create operator public.= (function = public.planted, leftarg = %1$s[], rightarg = %1$s[])', t);
          execute format('create operator public.&& (function = public.planted, leftarg = %1$s[], rightarg = %1$s[])', t);
          execute format('create operator public.|| (function = public.planted, leftarg = %1$s[], rightarg = %1$s[])', t);
          execute format('create operator public.@> (function = public.planted, leftarg = %1$s[], rightarg = %1$s[])', t);
        end;
      end loop;
      execute 'create operator public.= (function = public.planted,
        leftarg = public.notification_email_type, rightarg = public.notification_email_type)';
      execute 'create operator public.<> (function = public.planted,
        leftarg = public.notification_email_type, rightarg = public.notification_email_type)';
    end $do$`),
  )
  await db.execute(sql`create function public.array_agg_step(jsonb, uuid) returns jsonb language plpgsql
    as $$ begin perform nextval('public.ran'); raise exception 'planted aggregate'; end $$`)
  await db.execute(
    sql`create aggregate public.array_agg(uuid) (sfunc = public.array_agg_step, stype = jsonb)`,
  )
  const [row] = await db.execute<{ count: number }>(sql`
    select pg_catalog.count(*)::int as count from pg_catalog.pg_proc
    where pronamespace = 'public'::regnamespace and prosrc like '%planted%'`)
  return row?.count ?? 0
}

/** Whether any of the planted functions has run. */
export async function hasRun(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ ran: boolean }>(sql`select is_called as ran from public.ran`)
  return row?.ran === true
}

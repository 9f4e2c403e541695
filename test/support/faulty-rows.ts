import { sql } from 'drizzle-orm'
import type { Database } from '../../src/db/client/connect.ts'

/** What a trigger of the host does with a user's rows of `notification_emails_sent`. */
export type RowFault = 'raises' | 'times out' | 'discards' | 'raises on update'

/** Lets a trigger of the host refuse the rows of these users. */
export async function refuseRows(db: Database, faults: Map<string, RowFault>): Promise<void> {
  await db.execute(
    sql.raw(`
    create table public.faulty_users (user_id uuid primary key, fault text not null);
    create function public.refuse_row() returns trigger language plpgsql security definer as $$
    declare fault text := (select f.fault from public.faulty_users f where f.user_id = new.user_id);
    begin
      if fault = 'raises' and tg_op = 'INSERT' then raise exception 'no rows for this user'; end if;
      if fault = 'times out' and tg_op = 'INSERT' then
        raise exception 'canceling statement' using errcode = '57014';
      end if;
      if fault = 'discards' then return null; end if;
      if fault = 'raises on update' and tg_op = 'UPDATE' then
        raise exception 'no updates for this user';
      end if;
      return new;
    end $$;
    create trigger refuse_row before insert or update on notification_emails_sent
      for each row execute function public.refuse_row()`),
  )
  for (const [userId, fault] of faults) {
    await db.execute(sql`insert into public.faulty_users values (${userId}, ${fault})`)
  }
}

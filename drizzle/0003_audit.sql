-- A host may have built its two indexes beforehand, concurrently.
ALTER TABLE "tidings"."deliveries" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "tidings"."deliveries" ADD COLUMN "oldest_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "batches_body_kept_idx" ON "tidings"."batches" USING btree ("frozen_at") WHERE body is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "notification_emails_sent_sent_at_id_idx" ON "notification_emails_sent" USING btree ("sent_at","id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "notification_emails_sent_error_code_idx" ON "notification_emails_sent" USING btree (split_part("left"(error_message, 64), ':', 1),"sent_at","id") WHERE not success and coalesce(split_part("left"(error_message, 64), ':', 1), '') <> 'pending';
CREATE TABLE "tidings"."events" (
	"id" text PRIMARY KEY NOT NULL,
	"delivery_id" uuid,
	"provider_id" text NOT NULL,
	"type" text NOT NULL,
	"happened_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"detail" jsonb
);
--> statement-breakpoint
DROP INDEX "tidings"."runs_one_running_idx";--> statement-breakpoint
DROP INDEX "tidings"."deliveries_one_a_run_idx";--> statement-breakpoint
ALTER TABLE "tidings"."deliveries" ADD COLUMN "progress" text;--> statement-breakpoint
ALTER TABLE "tidings"."deliveries" ADD COLUMN "progress_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "stopped_reason" text;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "stopped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "stopped_until" text;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "probe_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "counted_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."events" ADD CONSTRAINT "events_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "tidings"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_delivery_id_idx" ON "tidings"."events" USING btree ("delivery_id");--> statement-breakpoint
CREATE INDEX "events_received_at_idx" ON "tidings"."events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "deliveries_provider_id_idx" ON "tidings"."deliveries" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "deliveries_unknown_idx" ON "tidings"."deliveries" USING btree ("claimed_at") WHERE state = 'unknown';--> statement-breakpoint
CREATE INDEX "deliveries_progress_at_idx" ON "tidings"."deliveries" USING btree ("progress_at") WHERE progress in ('bounced', 'complained');--> statement-breakpoint
CREATE INDEX "deliveries_accepted_at_idx" ON "tidings"."deliveries" USING btree ("closed_at") WHERE state = 'accepted';--> statement-breakpoint
CREATE UNIQUE INDEX "runs_one_scanning_idx" ON "tidings"."runs" USING btree ("type") WHERE status = 'running' and not scan_done and not dry_run and user_ids is null;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_one_a_run_idx" ON "tidings"."deliveries" USING btree ("run_id","user_id") WHERE state not in ('rejected', 'released');
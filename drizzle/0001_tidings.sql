-- The migrator has made the schema already, for its journal.
CREATE SCHEMA IF NOT EXISTS "tidings";
--> statement-breakpoint
CREATE TABLE "tidings"."attempts" (
	"delivery_id" uuid NOT NULL,
	"number" smallint NOT NULL,
	"email_id" uuid NOT NULL,
	CONSTRAINT "attempts_delivery_id_number_pk" PRIMARY KEY("delivery_id","number"),
	CONSTRAINT "attempts_email_id_unique" UNIQUE("email_id")
);
--> statement-breakpoint
CREATE TABLE "tidings"."batches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"email_type" text NOT NULL,
	"user_ids" uuid[] NOT NULL,
	"state" text DEFAULT 'planned' NOT NULL,
	"body" "bytea",
	"skipped" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"leased_until" timestamp with time zone,
	"next_attempt_at" timestamp with time zone DEFAULT now() NOT NULL,
	"frozen_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidings"."claims" (
	"notification_id" uuid NOT NULL,
	"email_type" text NOT NULL,
	"round" integer NOT NULL,
	"delivery_id" uuid NOT NULL,
	CONSTRAINT "claims_notification_id_email_type_round_pk" PRIMARY KEY("notification_id","email_type","round"),
	CONSTRAINT "claims_round_check" CHECK ((email_type = 'new_notifications') = (round = 0))
);
--> statement-breakpoint
CREATE TABLE "tidings"."deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"batch_id" uuid NOT NULL,
	"position" smallint,
	"run_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"email_type" text NOT NULL,
	"address" text NOT NULL,
	"state" text NOT NULL,
	"provider_id" text,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tidings"."lanes" (
	"name" text PRIMARY KEY NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"learnt_rate" real,
	"paused_until" timestamp with time zone,
	"pause_reason" text
);
--> statement-breakpoint
CREATE TABLE "tidings"."recipients" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"carried_until" timestamp,
	"reminder_round" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidings"."run_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"request" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidings"."runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"trigger" text NOT NULL,
	"dry_run" boolean DEFAULT false NOT NULL,
	"user_ids" uuid[],
	"status" text DEFAULT 'queued' NOT NULL,
	"error" text,
	"cursor" uuid,
	"scan_done" boolean DEFAULT false NOT NULL,
	"remainder" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"scan_counts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tidings"."suppressions" (
	"address" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tidings"."attempts" ADD CONSTRAINT "attempts_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "tidings"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidings"."batches" ADD CONSTRAINT "batches_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "tidings"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidings"."claims" ADD CONSTRAINT "claims_delivery_id_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "tidings"."deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidings"."deliveries" ADD CONSTRAINT "deliveries_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "tidings"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tidings"."run_keys" ADD CONSTRAINT "run_keys_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "tidings"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batches_unresolved_idx" ON "tidings"."batches" USING btree ("next_attempt_at") WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX "batches_run_id_idx" ON "tidings"."batches" USING btree ("run_id","state");--> statement-breakpoint
CREATE INDEX "claims_delivery_id_idx" ON "tidings"."claims" USING btree ("delivery_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_one_open_idx" ON "tidings"."deliveries" USING btree ("user_id") WHERE closed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_one_a_run_idx" ON "tidings"."deliveries" USING btree ("run_id","user_id") WHERE state <> 'rejected';--> statement-breakpoint
CREATE INDEX "deliveries_batch_id_idx" ON "tidings"."deliveries" USING btree ("batch_id");--> statement-breakpoint
CREATE INDEX "deliveries_run_id_idx" ON "tidings"."deliveries" USING btree ("run_id","email_type","state");--> statement-breakpoint
CREATE UNIQUE INDEX "runs_one_queued_idx" ON "tidings"."runs" USING btree ("type") WHERE status = 'queued' and not dry_run and user_ids is null;--> statement-breakpoint
CREATE UNIQUE INDEX "runs_one_running_idx" ON "tidings"."runs" USING btree ("type") WHERE status = 'running' and not dry_run and user_ids is null;--> statement-breakpoint
CREATE INDEX "runs_created_at_idx" ON "tidings"."runs" USING btree ("created_at" DESC NULLS FIRST,"id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "runs_unfinished_idx" ON "tidings"."runs" USING btree ("id") WHERE status in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "notification_emails_sent_user_id_sent_at_idx" ON "notification_emails_sent" USING btree ("user_id","sent_at" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "notifications_unread_idx" ON "notifications" USING btree ("user_id","created_at","id") WHERE not is_read and not is_deleted;
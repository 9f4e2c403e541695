ALTER TABLE "tidings"."batches" ADD COLUMN "failures" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tidings"."batches" ADD COLUMN "error" text;--> statement-breakpoint
ALTER TABLE "tidings"."deliveries" ADD COLUMN "error" text;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "worker_seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."recipients" ADD COLUMN "refused_address" text;--> statement-breakpoint
ALTER TABLE "tidings"."recipients" ADD COLUMN "refusal" text;--> statement-breakpoint
ALTER TABLE "tidings"."recipients" ADD COLUMN "refusals" smallint DEFAULT 0 NOT NULL;
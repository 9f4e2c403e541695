ALTER TABLE "tidings"."recipients" ADD COLUMN "resting_address" text;--> statement-breakpoint
ALTER TABLE "tidings"."recipients" ADD COLUMN "resting_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."recipients" ADD COLUMN "rests" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tidings"."suppressions" ADD COLUMN "source" text DEFAULT 'event' NOT NULL;--> statement-breakpoint
ALTER TABLE "tidings"."suppressions" ADD COLUMN "suppressed_by" text;--> statement-breakpoint
ALTER TABLE "tidings"."suppressions" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "tidings"."suppressions" ADD COLUMN "lifted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tidings"."suppressions" ADD COLUMN "lifted_source" text;--> statement-breakpoint
ALTER TABLE "tidings"."suppressions" ADD COLUMN "lifted_by" text;
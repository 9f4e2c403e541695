CREATE TABLE "tidings"."preferences" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"frequency" text,
	"hour" smallint,
	"weekday" smallint,
	"time_zone" text,
	"quiet_hours" text,
	"weekdays" smallint[],
	"paused_until" timestamp with time zone,
	"muted_types" text[],
	"mutes" jsonb,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tidings"."runs" ADD COLUMN "held_until" timestamp with time zone;
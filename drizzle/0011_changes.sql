CREATE TABLE "tidings"."change_feeds" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"through" bigint,
	"failures" smallint DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tidings"."changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tidings"."changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"position" bigint,
	"type" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"by" text,
	"user_ids" uuid[],
	"email_ids" uuid[],
	"run_id" uuid,
	"detail" jsonb
);
--> statement-breakpoint
CREATE UNIQUE INDEX "changes_position_idx" ON "tidings"."changes" USING btree ("position");--> statement-breakpoint
CREATE INDEX "changes_unnumbered_idx" ON "tidings"."changes" USING btree ("id") WHERE position is null;
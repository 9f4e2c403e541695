CREATE TABLE "tidings"."shadow_emails" (
	"user_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"email_type" text NOT NULL,
	"notification_ids" uuid[] NOT NULL,
	"planned_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "shadow_emails_user_id_run_id_pk" PRIMARY KEY("user_id","run_id")
);
--> statement-breakpoint
ALTER TABLE "tidings"."runs" ADD COLUMN "shadow" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "shadow_emails_planned_at_idx" ON "tidings"."shadow_emails" USING btree ("planned_at");--> statement-breakpoint
-- A run each eight hours: the table stays small, and the scan of it takes milliseconds.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE "tidings"."runs" ADD CONSTRAINT "runs_shadow_check" CHECK (dry_run or not shadow);
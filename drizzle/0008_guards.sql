ALTER TABLE "tidings"."deliveries" ADD COLUMN "sent_to" text;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "public_url" text;--> statement-breakpoint
ALTER TABLE "tidings"."lanes" ADD COLUMN "key_fingerprint" text;
CREATE TABLE "activity_events" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"day" date NOT NULL,
	"id" bigserial NOT NULL,
	"event_id" text,
	"class_id" integer DEFAULT 0 NOT NULL,
	"kind" text NOT NULL,
	"occurred_at" timestamp with time zone,
	"quantity" double precision NOT NULL,
	"seconds" integer NOT NULL,
	"score" double precision,
	"due_at" timestamp with time zone,
	"source" text NOT NULL,
	"item" text,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "activity_events_school_id_learner_id_day_id_pk" PRIMARY KEY("school_id","learner_id","day","id")
) PARTITION BY RANGE ("day");
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"school_id" integer NOT NULL,
	"id" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_school_id_id_pk" PRIMARY KEY("school_id","id"),
	CONSTRAINT "api_keys_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
CREATE TABLE "assignments" (
	"school_id" integer NOT NULL,
	"id" serial NOT NULL,
	"class_id" integer NOT NULL,
	"external_id" text NOT NULL,
	"title" text NOT NULL,
	"due_on" date,
	"weight" double precision DEFAULT 0 NOT NULL,
	CONSTRAINT "assignments_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "awards" (
	"school_id" integer NOT NULL,
	"id" bigserial NOT NULL,
	"learner_id" integer NOT NULL,
	"badge_id" text NOT NULL,
	"rule_version" integer NOT NULL,
	"crossed_on" date NOT NULL,
	"awarded_at" timestamp with time zone NOT NULL,
	"decision_id" bigint NOT NULL,
	"confidence" double precision NOT NULL,
	"decided_by" text NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked_by" text,
	"revoked_reason" text,
	CONSTRAINT "awards_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "badges" (
	"school_id" integer NOT NULL,
	"id" text NOT NULL,
	"rule_version" integer DEFAULT 1 NOT NULL,
	"definition" jsonb NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "badges_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "calendar_spans" (
	"school_id" integer NOT NULL,
	"id" serial NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	CONSTRAINT "calendar_spans_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "class_members" (
	"school_id" integer NOT NULL,
	"class_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"joined_on" date NOT NULL,
	"left_on" date,
	"outcome" text,
	"background" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "class_members_school_id_class_id_learner_id_pk" PRIMARY KEY("school_id","class_id","learner_id")
);
--> statement-breakpoint
CREATE TABLE "class_rollups" (
	"school_id" integer NOT NULL,
	"class_id" integer NOT NULL,
	"day" date NOT NULL,
	"count" integer NOT NULL,
	"quantity" double precision NOT NULL,
	"score_sum" double precision NOT NULL,
	"score_count" integer NOT NULL,
	CONSTRAINT "class_rollups_school_id_class_id_day_pk" PRIMARY KEY("school_id","class_id","day")
);
--> statement-breakpoint
CREATE TABLE "class_teachers" (
	"school_id" integer NOT NULL,
	"class_id" integer NOT NULL,
	"user_id" text NOT NULL,
	CONSTRAINT "class_teachers_school_id_class_id_user_id_pk" PRIMARY KEY("school_id","class_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "classes" (
	"school_id" integer NOT NULL,
	"id" serial NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"subject" text,
	"starts_on" date NOT NULL,
	"ends_on" date NOT NULL,
	CONSTRAINT "classes_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "daily_rollups" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	"class_id" integer DEFAULT 0 NOT NULL,
	"count" integer NOT NULL,
	"quantity" double precision NOT NULL,
	"seconds" integer NOT NULL,
	"score_sum" double precision NOT NULL,
	"score_count" integer NOT NULL,
	"due_count" integer NOT NULL,
	"late_count" integer NOT NULL,
	"lead_days_sum" double precision NOT NULL,
	"slots" bigint NOT NULL,
	CONSTRAINT "daily_rollups_school_id_learner_id_day_kind_class_id_pk" PRIMARY KEY("school_id","learner_id","day","kind","class_id")
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"school_id" integer NOT NULL,
	"id" bigserial NOT NULL,
	"learner_id" integer NOT NULL,
	"badge_id" text NOT NULL,
	"verdict" text NOT NULL,
	"confidence" double precision,
	"threshold" double precision,
	"rule_version" integer NOT NULL,
	"confidence_version" text,
	"crossed_on" date,
	"evidence" jsonb NOT NULL,
	"actor" text NOT NULL,
	"reason" text,
	"overrides" bigint,
	"decided_at" timestamp with time zone NOT NULL,
	CONSTRAINT "decisions_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "event_receipts" (
	"school_id" integer NOT NULL,
	"event_id" text NOT NULL,
	CONSTRAINT "event_receipts_school_id_event_id_pk" PRIMARY KEY("school_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "import_runs" (
	"school_id" integer NOT NULL,
	"id" serial NOT NULL,
	"kind" text NOT NULL,
	"fingerprint" text NOT NULL,
	"label" text NOT NULL,
	"status" text NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"accepted" bigint DEFAULT 0 NOT NULL,
	"refused" bigint DEFAULT 0 NOT NULL,
	"repeated" bigint DEFAULT 0 NOT NULL,
	"message" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "import_runs_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"school_id" integer NOT NULL,
	"id" serial NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"progress" double precision DEFAULT 0 NOT NULL,
	"message" text,
	"started_by" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "job_runs_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "learner_features" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"before" date NOT NULL,
	"catalogue_version" integer NOT NULL,
	"values" jsonb NOT NULL,
	"measured_at" timestamp with time zone NOT NULL,
	CONSTRAINT "learner_features_school_id_learner_id_pk" PRIMARY KEY("school_id","learner_id")
);
--> statement-breakpoint
CREATE TABLE "learners" (
	"school_id" integer NOT NULL,
	"id" serial NOT NULL,
	"external_id" text NOT NULL,
	"name" text NOT NULL,
	"joined_on" date NOT NULL,
	"left_on" date,
	CONSTRAINT "learners_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "model_versions" (
	"school_id" integer NOT NULL,
	"task" text NOT NULL,
	"version" text NOT NULL,
	"status" text NOT NULL,
	"folder" text NOT NULL,
	"card" jsonb NOT NULL,
	"trained_at" timestamp with time zone NOT NULL,
	"message" text,
	CONSTRAINT "model_versions_school_id_task_version_pk" PRIMARY KEY("school_id","task","version")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"school_id" integer NOT NULL,
	"id" bigserial NOT NULL,
	"kind" text NOT NULL,
	"learner_id" integer,
	"class_id" integer,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone,
	CONSTRAINT "notifications_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "pending_evaluations" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pending_evaluations_school_id_learner_id_pk" PRIMARY KEY("school_id","learner_id")
);
--> statement-breakpoint
CREATE TABLE "protected_attributes" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"attribute" text NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "protected_attributes_school_id_learner_id_attribute_pk" PRIMARY KEY("school_id","learner_id","attribute")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"school_id" integer NOT NULL,
	"id" bigserial NOT NULL,
	"learner_id" integer NOT NULL,
	"badge_id" text NOT NULL,
	"decision_id" bigint NOT NULL,
	"confidence" double precision NOT NULL,
	"cause" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"reason" text,
	CONSTRAINT "reviews_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "schools" (
	"id" serial PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"time_zone" text DEFAULT 'Europe/Rome' NOT NULL,
	"locale" text DEFAULT 'it' NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"false_award_bound" double precision DEFAULT 0.01 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schools_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "scores" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"task" text NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"value" double precision NOT NULL,
	"label" text,
	"confidence" double precision NOT NULL,
	"model_version" text NOT NULL,
	"explanation" jsonb NOT NULL,
	"scored_at" timestamp with time zone NOT NULL,
	CONSTRAINT "scores_school_id_learner_id_task_subject_pk" PRIMARY KEY("school_id","learner_id","task","subject")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"absolute_end" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"school_id" integer NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"learner_id" integer,
	"locale" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_school_id_class_id_classes_school_id_id_fk" FOREIGN KEY ("school_id","class_id") REFERENCES "public"."classes"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "badges" ADD CONSTRAINT "badges_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_spans" ADD CONSTRAINT "calendar_spans_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "class_members" ADD CONSTRAINT "class_members_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "class_members" ADD CONSTRAINT "class_members_school_id_class_id_classes_school_id_id_fk" FOREIGN KEY ("school_id","class_id") REFERENCES "public"."classes"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "class_members" ADD CONSTRAINT "class_members_school_id_learner_id_learners_school_id_id_fk" FOREIGN KEY ("school_id","learner_id") REFERENCES "public"."learners"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "class_teachers" ADD CONSTRAINT "class_teachers_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "class_teachers" ADD CONSTRAINT "class_teachers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "class_teachers" ADD CONSTRAINT "class_teachers_school_id_class_id_classes_school_id_id_fk" FOREIGN KEY ("school_id","class_id") REFERENCES "public"."classes"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "classes" ADD CONSTRAINT "classes_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_runs" ADD CONSTRAINT "import_runs_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_runs" ADD CONSTRAINT "job_runs_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "learners" ADD CONSTRAINT "learners_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_versions" ADD CONSTRAINT "model_versions_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protected_attributes" ADD CONSTRAINT "protected_attributes_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protected_attributes" ADD CONSTRAINT "protected_attributes_school_id_learner_id_learners_school_id_id_fk" FOREIGN KEY ("school_id","learner_id") REFERENCES "public"."learners"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "assignments_by_external_id" ON "assignments" USING btree ("school_id","external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "awards_held_once" ON "awards" USING btree ("school_id","learner_id","badge_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "awards_by_badge" ON "awards" USING btree ("school_id","badge_id");--> statement-breakpoint
CREATE INDEX "awards_by_time" ON "awards" USING btree ("school_id","awarded_at");--> statement-breakpoint
CREATE INDEX "class_members_by_learner" ON "class_members" USING btree ("school_id","learner_id");--> statement-breakpoint
CREATE UNIQUE INDEX "classes_by_external_id" ON "classes" USING btree ("school_id","external_id");--> statement-breakpoint
CREATE INDEX "decisions_by_learner" ON "decisions" USING btree ("school_id","learner_id","badge_id");--> statement-breakpoint
CREATE UNIQUE INDEX "import_runs_by_fingerprint" ON "import_runs" USING btree ("school_id","fingerprint");--> statement-breakpoint
CREATE UNIQUE INDEX "learners_by_external_id" ON "learners" USING btree ("school_id","external_id");--> statement-breakpoint
CREATE UNIQUE INDEX "one_champion_per_task" ON "model_versions" USING btree ("school_id","task") WHERE status = 'champion';--> statement-breakpoint
CREATE INDEX "notifications_by_learner" ON "notifications" USING btree ("school_id","learner_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "reviews_open_once" ON "reviews" USING btree ("school_id","learner_id","badge_id") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "reviews_by_status" ON "reviews" USING btree ("school_id","status","opened_at");--> statement-breakpoint
CREATE INDEX "scores_by_task" ON "scores" USING btree ("school_id","task","value");--> statement-breakpoint
CREATE INDEX "sessions_by_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "users_by_school" ON "users" USING btree ("school_id");
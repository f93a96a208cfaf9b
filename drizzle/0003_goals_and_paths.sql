CREATE TABLE "goals" (
	"school_id" integer NOT NULL,
	"id" bigserial NOT NULL,
	"learner_id" integer NOT NULL,
	"badge_id" text NOT NULL,
	"progress_at_start" double precision NOT NULL,
	"wanted_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"ended" text,
	CONSTRAINT "goals_school_id_id_pk" PRIMARY KEY("school_id","id")
);
--> statement-breakpoint
CREATE TABLE "learner_embeddings" (
	"school_id" integer NOT NULL,
	"learner_id" integer NOT NULL,
	"before" date NOT NULL,
	"model_version" text NOT NULL,
	"values" jsonb NOT NULL,
	CONSTRAINT "learner_embeddings_school_id_learner_id_before_pk" PRIMARY KEY("school_id","learner_id","before")
);
--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_school_id_learner_id_learners_school_id_id_fk" FOREIGN KEY ("school_id","learner_id") REFERENCES "public"."learners"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "goals" ADD CONSTRAINT "goals_school_id_badge_id_badges_school_id_id_fk" FOREIGN KEY ("school_id","badge_id") REFERENCES "public"."badges"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "learner_embeddings" ADD CONSTRAINT "learner_embeddings_school_id_schools_id_fk" FOREIGN KEY ("school_id") REFERENCES "public"."schools"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "learner_embeddings" ADD CONSTRAINT "learner_embeddings_school_id_learner_id_learners_school_id_id_fk" FOREIGN KEY ("school_id","learner_id") REFERENCES "public"."learners"("school_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "goals_open_once" ON "goals" USING btree ("school_id","learner_id","badge_id") WHERE ended_at is null;--> statement-breakpoint
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['goals', 'learner_embeddings'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_school ON %I USING (merito_may_see(school_id)) WITH CHECK (merito_may_see(school_id))', name);
  END LOOP;
END
$$;

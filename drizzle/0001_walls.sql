-- Row-level security as the second wall: a query that forgets its school sees nothing.
-- merito.school_id names the school of the transaction; merito.scope = 'system' is for the doors (log-in) and
-- for walking all schools, set by the system pool alone. FORCE binds the owner of the tables as well.
CREATE FUNCTION merito_may_see(row_school integer) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT row_school::text = current_setting('merito.school_id', true)
      OR current_setting('merito.scope', true) = 'system'
$$;
--> statement-breakpoint
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY[
    'users', 'api_keys', 'calendar_spans', 'classes', 'learners', 'protected_attributes', 'class_members',
    'class_teachers', 'assignments', 'activity_events', 'event_receipts', 'pending_evaluations', 'daily_rollups', 'class_rollups',
    'import_runs', 'learner_features', 'scores', 'model_versions', 'job_runs', 'badges', 'decisions', 'awards',
    'reviews', 'notifications'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_school ON %I USING (merito_may_see(school_id)) WITH CHECK (merito_may_see(school_id))', name);
  END LOOP;
END
$$;
--> statement-breakpoint
ALTER TABLE schools ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE schools FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_school ON schools USING (merito_may_see(id)) WITH CHECK (merito_may_see(id));
--> statement-breakpoint
CREATE FUNCTION merito_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the decision log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
--> statement-breakpoint
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
  FOR EACH ROW EXECUTE FUNCTION merito_refuse_change();
--> statement-breakpoint
CREATE TRIGGER decisions_no_truncate BEFORE TRUNCATE ON decisions
  FOR EACH STATEMENT EXECUTE FUNCTION merito_refuse_change();
--> statement-breakpoint
-- One partition a month, made when its first event comes.
CREATE FUNCTION merito_ensure_month(any_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month date := date_trunc('month', any_day)::date;
  name text := 'activity_events_' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('merito_ensure_month'));
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF activity_events FOR VALUES FROM (%L) TO (%L)',
    name, month, (month + interval '1 month')::date);
END
$$;

-- A hand that slips in a database shell changes nothing; against a hand that means it there are the checkpoints.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a fact is never changed or deleted; a correction is another fact'; END $$;
CREATE TRIGGER fact_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON fact
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

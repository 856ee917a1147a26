-- A hand that slips in a database shell changes nothing; against a hand that means it there are the checkpoints.
CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'a fact is never changed; a correction is another fact'); END;
CREATE TRIGGER fact_is_never_deleted BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'a fact is never deleted; a correction is another fact'); END;

"""The one exception to append-only, as SQL: content is disposed of, and may come in again."""

from __future__ import annotations

__all__ = ["DISPOSE", "KEEP_ARTIFACT"]

# Nothing comes in empty. What comes in again after it was disposed of is whole again; until the
# writer's transaction ends, no disposal can take it away: it waits for this lock, then looks again.
KEEP_ARTIFACT = """
CREATE FUNCTION evidence.keep_artifact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone  boolean;
BEGIN
    IF NEW.content IS NULL THEN
        RAISE EXCEPTION 'an artifact comes in with its content'
            USING ERRCODE = 'not_null_violation';
    END IF;
    SELECT content IS NULL INTO gone FROM evidence.artifact WHERE digest = NEW.digest FOR SHARE;
    IF gone THEN
        UPDATE evidence.artifact SET content = NEW.content WHERE digest = NEW.digest;
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION evidence.keep_artifact() FROM PUBLIC;
CREATE TRIGGER artifact_is_kept_whole BEFORE INSERT ON evidence.artifact
    FOR EACH ROW EXECUTE FUNCTION evidence.keep_artifact();
ALTER TABLE evidence.artifact ENABLE ALWAYS TRIGGER artifact_is_kept_whole;
"""

# The gate. What an application asks for in vain: an incident that is open or held, a disposal that
# one person alone decided, one that no record tells of, other content than that record says. Who
# acted is what the records say: a stolen credential can forge them, and they stay to be seen. A
# savepoint around the record hides it from this function, which then refuses.
DISPOSE = """
CREATE FUNCTION evidence.dispose(disposal text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    about     text;
    deed      jsonb;
    named     text[];
    why       text;
    disposed  bigint;
BEGIN
    SELECT incident_id, convert_from(body, 'UTF8')::jsonb INTO about, deed FROM evidence.record
    WHERE entry_id = disposal AND kind = 'retention.disposed'
        AND xmin = pg_current_xact_id()::xid;
    named := ARRAY(SELECT jsonb_array_elements_text(deed #> '{payload,artifacts}'));
    -- Waits for whoever is bringing one of them in; all that follows sees what they did.
    PERFORM FROM evidence.artifact WHERE digest = ANY (named) ORDER BY digest FOR UPDATE;
    why := CASE
        WHEN deed IS NULL THEN 'this transaction has recorded no such disposal'
        WHEN deed ->> 'incident' IS DISTINCT FROM about THEN 'its record is about something else'
        WHEN NOT EXISTS (
            SELECT FROM evidence.record AS proposal
            WHERE proposal.entry_id = deed #>> '{payload,proposal}'
                AND proposal.incident_id = about AND proposal.kind = 'retention.proposed'
                AND convert_from(proposal.body, 'UTF8')::jsonb #>> '{actor,id}'
                    <> deed #>> '{actor,id}'
        ) THEN 'nobody else has proposed it'
        WHEN EXISTS (
            SELECT FROM evidence.record AS earlier
            WHERE earlier.incident_id = about AND earlier.kind = 'retention.disposed'
                AND earlier.entry_id <> disposal
                AND convert_from(earlier.body, 'UTF8')::jsonb #>> '{payload,proposal}'
                    = deed #>> '{payload,proposal}'
        ) THEN 'its proposal was used before'
        WHEN NOT EXISTS (
            SELECT FROM evidence.record
            WHERE incident_id = about AND kind = 'incident.closed'
        ) THEN 'the incident is not closed'
        WHEN EXISTS (
            SELECT FROM evidence.record AS placed
            WHERE placed.incident_id = about AND placed.kind = 'hold.placed' AND NOT EXISTS (
                SELECT FROM evidence.record AS lifted
                WHERE lifted.incident_id = about AND lifted.kind = 'hold.lifted'
                    AND convert_from(lifted.body, 'UTF8')::jsonb #>> '{subject,id}'
                        = convert_from(placed.body, 'UTF8')::jsonb #>> '{subject,id}'
                    AND convert_from(lifted.body, 'UTF8')::jsonb #>> '{actor,id}'
                        <> convert_from(placed.body, 'UTF8')::jsonb #>> '{actor,id}'
            )
        ) THEN 'a hold stands'
        WHEN EXISTS (
            SELECT FROM evidence.artifact_use
            WHERE digest = ANY (named) AND incident_id <> about
        ) THEN 'another incident needs an artifact that it names'
    END;
    IF why IS NOT NULL THEN
        RAISE EXCEPTION 'disposal % is refused: %', disposal, why
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE evidence.record SET body = NULL
    WHERE incident_id = about AND body IS NOT NULL
        AND split_part(kind, '.', 1)
            NOT IN ('hold', 'retention', 'evidence', 'personal_data', 'attachment')
        AND EXISTS (SELECT FROM evidence.log_entry WHERE log_entry.entry_id = record.entry_id);
    GET DIAGNOSTICS disposed = ROW_COUNT;
    IF disposed IS DISTINCT FROM (deed #>> '{payload,count}')::bigint THEN
        RAISE EXCEPTION 'disposal % is refused: it names % records, and there are %',
            disposal, deed #>> '{payload,count}', disposed
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE evidence.artifact SET content = NULL WHERE digest = ANY (named) AND content IS NOT NULL;
    DELETE FROM evidence.artifact_use WHERE incident_id = about;
    RETURN disposed;
END
$$;
REVOKE ALL ON FUNCTION evidence.dispose(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION evidence.dispose(text) TO holdfast_app;
"""

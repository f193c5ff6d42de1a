-- Where the audit log lies in a PostgreSQL database. Rows are only ever added: a file is its rows in order, a file that
-- is written anew has a later version, and nothing is changed or removed, by whomever.
CREATE TABLE IF NOT EXISTS kubechat_audit (
    path    text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    at      bigint NOT NULL,
    bytes   bytea  NOT NULL,
    epoch   bigint NOT NULL,
    PRIMARY KEY (path, version, at)
);

-- Who wrote, and when they began. Only the last one may write.
CREATE TABLE IF NOT EXISTS kubechat_audit_epoch (
    epoch bigint PRIMARY KEY,
    begun timestamptz NOT NULL DEFAULT clock_timestamp(),
    who   text NOT NULL
);

CREATE OR REPLACE FUNCTION kubechat_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows: % is refused', TG_OP USING ERRCODE = 'KC002';
END $$;

-- A writer whose epoch is over must not add anything, not even what was under way when the next one began.
CREATE OR REPLACE FUNCTION kubechat_audit_fence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('kubechat_audit epoch ' || TG_TABLE_SCHEMA, 0));
    IF NEW.epoch IS DISTINCT FROM (SELECT max(epoch) FROM kubechat_audit_epoch) THEN
        RAISE EXCEPTION 'another server writes to the audit log since epoch %', NEW.epoch USING ERRCODE = 'KC001';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE ON kubechat_audit
    FOR EACH ROW EXECUTE FUNCTION kubechat_audit_only_grows();
CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON kubechat_audit
    FOR EACH STATEMENT EXECUTE FUNCTION kubechat_audit_only_grows();
CREATE OR REPLACE TRIGGER fence BEFORE INSERT ON kubechat_audit
    FOR EACH ROW EXECUTE FUNCTION kubechat_audit_fence();
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE ON kubechat_audit_epoch
    FOR EACH ROW EXECUTE FUNCTION kubechat_audit_only_grows();
CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON kubechat_audit_epoch
    FOR EACH STATEMENT EXECUTE FUNCTION kubechat_audit_only_grows();

-- Also for sessions that replicate.
ALTER TABLE kubechat_audit ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE kubechat_audit ENABLE ALWAYS TRIGGER never_emptied;
ALTER TABLE kubechat_audit_epoch ENABLE ALWAYS TRIGGER only_grows;
ALTER TABLE kubechat_audit_epoch ENABLE ALWAYS TRIGGER never_emptied;

REVOKE ALL ON kubechat_audit, kubechat_audit_epoch FROM PUBLIC;
